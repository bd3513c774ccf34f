//! What is put on the wall while people come in: the address of the room, large, and its QR code. It tells nothing
//! else, so whoever is in the room may see it.

use qrcode::{Color, QrCode};

use crate::site::html::escape;

const PAGE: &str = include_str!("wall.html");
/// Light modules around a code: without them it is not found.
const MARGIN: usize = 4;

/// The page for the wall.
pub(crate) fn page(address: &str) -> String {
    let qr = qr(address);
    let words = match qr.is_empty() {
        true => "Type this address into a browser.",
        false => "Type this address into a browser, or point a camera at the code.",
    };
    let words = format!("{words} You need no account, and nobody asks for your name.");
    let letters = address.chars().count().max(1);
    // Last what others have written: nothing in it is filled in.
    PAGE.replace("{letters}", &letters.to_string())
        .replace("{words}", &words)
        .replace("{qr}", &qr)
        .replace("{address}", &escape(address))
}

/// The QR code of an address, as SVG. Empty where the address is too long for one.
pub(crate) fn qr(address: &str) -> String {
    let Ok(code) = QrCode::new(address) else {
        return String::new();
    };
    let (width, colors) = (code.width(), code.to_colors());
    let rows = colors.chunks(width).enumerate();
    let dark: String = rows
        .flat_map(|(y, row)| {
            let dark = row.iter().enumerate().filter(|(_, it)| **it == Color::Dark);
            dark.map(move |(x, _)| format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN))
        })
        .collect();
    let size = width + 2 * MARGIN;
    format!(
        "<svg viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"The address as a QR code\" \
         shape-rendering=\"crispEdges\"><path d=\"{dark}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_square_and_has_its_three_corners() {
        let svg = qr("http://192.168.178.20:3000/");
        let size = svg.split("0 0 ").nth(1).and_then(|it| it.split(' ').next());
        let last = size.and_then(|it| it.parse::<usize>().ok()).unwrap() - MARGIN - 1;
        let is_dark = |x: usize, y: usize| svg.contains(&format!("M{x} {y}h1"));
        // A finder: seven dark modules in a row, and a light one beside them.
        for (from, light, y) in [
            (MARGIN, MARGIN + 7, MARGIN),
            (MARGIN, MARGIN + 7, last),
            (last - 6, last - 7, MARGIN),
        ] {
            assert!((from..from + 7).all(|x| is_dark(x, y)) && !is_dark(light, y));
        }
        assert_eq!(qr(&"x".repeat(10_000)), "");
    }

    #[test]
    fn the_wall_has_the_address_and_no_markup_of_its_own() {
        let wall = page("http://laptop.local:3000/");
        assert!(wall.contains(">http://laptop.local:3000/</h1>") && wall.contains("<svg"));
        assert!(wall.contains("--letters: 25") && wall.contains("point a camera"));
        let wall = page("http://<b>{qr}:3000/");
        assert!(
            wall.contains(">http://&lt;b&gt;&#123;qr&#125;:3000/</h1>"),
            "{wall}"
        );
        let wall = page(&"x".repeat(10_000));
        assert!(!wall.contains("<svg") && !wall.contains("point a camera"));
    }
}
