//! The attribute `#[exercise::test]`, of which the library `exercise` says what it does.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ItemFn, Lit, Meta, ReturnType, Token};

/// Marks a test of an exercise: a function without arguments, async or not.
///
/// - An `async fn` runs on a Tokio runtime of one thread, and its clock is paused: it stands while anything can go on,
///   and when everything waits it is at once at the next timer. A second of sleep takes no time, and an `Instant` of
///   Tokio's is exact.
/// - `#[exercise::test(real_clock)]` leaves the clock as it is, for sockets and threads.
/// - `#[exercise::test(worker_threads = 2)]` runs it on a runtime of several threads, whose clock is real.
/// - It gives nothing, or a `Result`: an error fails it.
///
/// `cargo test` knows it as a test, too.
#[proc_macro_attribute]
pub fn test(options: TokenStream, item: TokenStream) -> TokenStream {
    expand(options.into(), &item.into()).into()
}

#[derive(Debug, Default, PartialEq)]
struct Options {
    real_clock: bool,
    worker_threads: Option<usize>,
}

fn options(tokens: Tokens) -> syn::Result<Options> {
    let mut options = Options::default();
    for meta in Punctuated::<Meta, Token![,]>::parse_terminated.parse2(tokens)? {
        match &meta {
            Meta::Path(path) if path.is_ident("real_clock") => options.real_clock = true,
            Meta::NameValue(pair) if pair.path.is_ident("worker_threads") => {
                let Expr::Lit(ExprLit {
                    lit: Lit::Int(number),
                    ..
                }) = &pair.value
                else {
                    return Err(syn::Error::new_spanned(
                        &pair.value,
                        "a number of threads is wanted",
                    ));
                };
                options.worker_threads = Some(number.base10_parse()?);
            }
            _ => {
                let message = "write `real_clock` or `worker_threads = 2`";
                return Err(syn::Error::new_spanned(meta, message));
            }
        }
    }
    Ok(options)
}

fn expand(tokens: Tokens, item: &Tokens) -> Tokens {
    let fail = |message: &str| quote!(::core::compile_error!(#message); #item);
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        return fail("`#[exercise::test]` goes on a function with a body");
    };
    if !function.sig.inputs.is_empty() {
        return fail("a test has no arguments");
    }
    let options = match options(tokens) {
        Ok(options) => options,
        Err(error) => {
            let error = error.to_compile_error();
            return quote!(#error #item);
        }
    };
    let is_async = function.sig.asyncness.is_some();
    if !is_async && options != Options::default() {
        return fail("only an async test has a runtime to say something about");
    }
    let (attrs, name, body) = (&function.attrs, &function.sig.ident, &function.block.stmts);
    let output = match &function.sig.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, output) => quote!(#output),
    };
    let gives = quote!(if let Some(never) = None::<#output> { return never; });
    let run = if is_async {
        let start = match (options.worker_threads, options.real_clock) {
            (Some(threads), _) => quote!(::exercise::Clock::RealWithThreads(#threads)),
            (None, true) => quote!(::exercise::Clock::Real),
            (None, false) => quote!(::exercise::Clock::Paused),
        };
        quote!(::exercise::block_on(#start, async move { #gives #(#body)* }))
    } else {
        quote!((move || -> #output { #(#body)* })())
    };
    quote! {
        #(#attrs)*
        #[cfg_attr(test, ::core::prelude::v1::test)]
        pub(crate) fn #name() {
            ::exercise::Verdict::assert_passed(#run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Tokens, expand, quote};

    fn expanded(options: Tokens, item: &Tokens) -> String {
        expand(options, item).to_string()
    }

    #[test]
    fn a_test_is_one_for_cargo_too_and_can_be_called() {
        let plain = expanded(
            quote!(),
            &quote!(
                fn pours() {
                    tea();
                }
            ),
        );
        assert!(
            plain.contains(":: test)]") && plain.contains("pub (crate) fn pours"),
            "{plain}"
        );
        assert!(!plain.contains("block_on"), "{plain}");
    }

    #[test]
    fn an_async_test_says_what_it_runs_on() {
        let on = |options| {
            expanded(
                options,
                &quote!(
                    async fn pours() {}
                ),
            )
        };
        assert!(on(quote!()).contains("Clock :: Paused"));
        assert!(on(quote!(real_clock)).contains("Clock :: Real ,"));
        assert!(on(quote!(worker_threads = 3)).contains("Clock :: RealWithThreads (3usize)"));
    }

    #[test]
    fn what_cannot_be_is_refused_with_words() {
        for (options, item, words) in [
            (
                quote!(),
                quote!(
                    struct Cup;
                ),
                "goes on a function",
            ),
            (
                quote!(),
                quote!(
                    fn pours(n: u32) {}
                ),
                "no arguments",
            ),
            (
                quote!(real_clock),
                quote!(
                    fn pours() {}
                ),
                "only an async test",
            ),
            (
                quote!(fast),
                quote!(
                    async fn pours() {}
                ),
                "write `real_clock`",
            ),
            (
                quote!(worker_threads = "two"),
                quote!(
                    async fn pours() {}
                ),
                "a number of threads",
            ),
        ] {
            let expanded = expanded(options, &item);
            assert!(expanded.contains(words), "{expanded}");
            assert!(expanded.ends_with(&item.to_string()), "{expanded}");
        }
    }
}
