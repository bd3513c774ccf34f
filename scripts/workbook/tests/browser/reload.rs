//! A served page follows its sources, and the reader keeps the place.

use crate::kettle;
use crate::live::at_the_page;

#[test]
#[ignore = "needs Chromium: apt-get install chromium chromium-driver, then cargo test --test browser -- --ignored"]
fn a_page_that_was_edited_on_disk_reloads_and_keeps_its_place() {
    let book = kettle::book();
    let filler: String = (0..80)
        .map(|n| format!("\nParagraph {n}, which is there to be read.\n"))
        .collect();
    book.append("book/tea.md", &filler);
    let (_server, reader) = at_the_page(&book, &[]);
    // What was chosen is shown again after a reload, or the place would be another.
    reader.click("fieldset[data-run='tea/main'] input[value='1']");
    reader.see::<()>(
        "const paragraph = [...document.querySelectorAll('p')].find((p) => p.textContent.startsWith('Paragraph 40'));
         paragraph.scrollIntoView({ block: 'center', behavior: 'instant' });
         window.old = true",
    );
    let place = || -> f64 {
        reader.see(
            "return [...document.querySelectorAll('p')].find((p) =>
                 p.textContent.startsWith('Paragraph 40')).getBoundingClientRect().top",
        )
    };
    let before = place();
    for n in 1..=3 {
        book.append("book/tea.md", &format!("\nEdited {n} times.\n"));
        reader.until("the new page is there", || {
            reader.see(&format!(
                "return document.querySelector('main').textContent.includes('Edited {n} times.')"
            ))
        });
        assert!(
            reader.see::<bool>("return window.old === undefined"),
            "it was loaded anew"
        );
        reader.until(
            format_args!("the place is {before} after edit {n}, and not {}", place()),
            || (place() - before).abs() < 5.0,
        );
    }
    reader.leaves_without_a_complaint();
}
