//! The attribute `#[lane("tea {n}")]` of the library `timeline`, which says what a lane is.

use proc_macro::TokenStream;
use proc_macro2::{Delimiter, TokenStream as Tokens, TokenTree};
use quote::{format_ident, quote};
use syn::{FnArg, ItemFn, Pat, ReturnType, Type, parse_quote};

/// Puts each call of the function in a lane of its own.
///
/// The name is a format string, with arguments if it needs them, and formatted only when the timeline is on.
/// It can use the function's parameters, but not what a pattern takes out of them.
///
/// - An `async fn` becomes a `fn` that makes a lane and gives a future: the body runs as late as ever. It
///   cannot give `!`, or `impl Trait` as a part of something.
/// - `async fn main` remains one, for `#[tokio::main]`, which goes below this attribute.
/// - A plain `fn` is a span on its thread.
#[proc_macro_attribute]
pub fn lane(name: TokenStream, item: TokenStream) -> TokenStream {
    expand(&name.into(), &item.into()).into()
}

fn expand(name: &Tokens, item: &Tokens) -> Tokens {
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        // The compiler has said, or will say, what is wrong in it, and where.
        if is_function_with_body(item) {
            return item.clone();
        }
        let message = "`#[lane]` goes on a function with a body, async or not";
        return quote!(::core::compile_error!(#message); #item);
    };
    let (attrs, vis, mut sig) = (function.attrs, function.vis, function.sig);
    let body = function.block.stmts;
    let output: Type = match &sig.output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, output) => (**output).clone(),
    };
    // `impl Trait` cannot be written inside a function.
    let plain = Some(&output).filter(|output| !matches!(output, Type::ImplTrait(_)));
    if sig.asyncness.is_none() {
        let output = plain.map(|output| quote!(-> #output));
        return quote! {
            #(#attrs)* #vis #sig {
                ::timeline::span(::core::format_args!(#name), move || #output { #(#body)* })
            }
        };
    }
    // Into the future go the arguments, all of them, each under its own pattern: so does `async fn`.
    let mut moved = Vec::new();
    for (n, input) in sig.inputs.iter_mut().enumerate() {
        let FnArg::Typed(param) = input else { continue };
        let pat = param.pat.clone();
        let arg = match &*pat {
            Pat::Ident(pat) => pat.ident.clone(),
            _ => format_ident!("__arg{n}"),
        };
        param.pat = parse_quote!(#arg);
        moved.push(quote!(let #arg = #arg; #[allow(unused_variables)] let #pat = #arg;));
    }
    // An async block cannot state what it gives. A return that never happens tells the compiler.
    let gives = plain.map(|output| quote!(if let Some(never) = None::<#output> { return never; }));
    let is_main = (sig.ident == "main").then(|| quote!(.await));
    if is_main.is_none() {
        sig.asyncness = None;
        sig.output = parse_quote!(-> impl ::core::future::Future<Output = #output>);
    }
    quote! {
        #(#attrs)* #vis #sig {
            let __record = ::timeline::Record::new(::core::format_args!(#name));
            ::timeline::Lane::new(__record, async move { #(#moved)* #gives #(#body)* }) #is_main
        }
    }
}

/// Whether it is a function with a body, as far as that can be told of one that has a mistake in it.
fn is_function_with_body(item: &Tokens) -> bool {
    let tokens: Vec<_> = item.clone().into_iter().collect();
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "fn");
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    tokens.iter().any(is_fn) && tokens.last().is_some_and(is_body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_function_is_refused_and_kept() {
        for item in [
            quote!(
                struct Cup;
            ),
            quote!(
                async fn tea();
            ),
        ] {
            let expanded = expand(&quote!("tea"), &item).to_string();
            assert!(expanded.contains("goes on a function"), "{expanded}");
            assert!(expanded.ends_with(&item.to_string()), "{expanded}");
        }
    }

    #[test]
    fn a_mistake_in_a_function_is_left_to_the_compiler() {
        let item: Tokens = "async fn tea() { let kettle = ; }".parse().unwrap();
        let expanded = expand(&quote!("tea"), &item).to_string();
        assert_eq!(expanded, item.to_string());
    }

    #[test]
    fn a_function_keeps_its_attributes_visibility_and_generics() {
        let item = quote!(
            #[must_use]
            pub(crate) async fn tea<T: Send>(mut n: T)
            where
                T: Copy,
            {
                n
            }
        );
        let expanded = expand(&quote!("tea"), &item).to_string();
        let future = quote!(impl ::core::future::Future<Output = ()>);
        let head = quote!(#[must_use] pub(crate) fn tea<T: Send>(n: T) -> #future where T: Copy);
        assert!(expanded.starts_with(&head.to_string()), "{expanded}");
    }

    #[test]
    fn only_main_remains_async() {
        let asyncness = |item: Tokens| {
            let function: ItemFn = syn::parse2(expand(&quote!("x"), &item)).unwrap();
            function.sig.asyncness.is_some()
        };
        assert!(asyncness(quote!(
            async fn main() {}
        )));
        assert!(!asyncness(quote!(
            async fn tea() {}
        )));
        assert!(!asyncness(quote!(
            fn main() {}
        )));
    }
}
