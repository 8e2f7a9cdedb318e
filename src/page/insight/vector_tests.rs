//! Files of drawings.

use super::*;

#[test]
fn a_file_holds_every_shape_with_its_colour_and_no_markup_of_a_text() {
    let ink = |colour: &str| Ink { colour: colour.to_owned(), ..Ink::of("") };
    let dashed = Ink { dashes: &[5.0, 3.0], width: 2.0, ..ink("rgb(1, 2, 3)") };
    let picture = Picture {
        size: (40.0, 30.0),
        ground: Some("#fff".to_owned()),
        shapes: vec![
            (Shape::Line(vec![(0.0, 0.5), (10.0, 20.25)]), dashed),
            (Shape::Region(vec![(0.0, 0.0), (2.0, 0.0), (1.0, 1.0)]), ink("#345")),
            (Shape::Area(1.0, 2.0, 3.0, 4.0), Ink { opacity: 0.5, ..ink("#123") }),
            (Shape::Dot(5.0, 6.0, 3.0), ink("#456")),
            (Shape::Text(7.0, 8.0, Anchor::End, "<a> & \"b\"".to_owned()), ink("#789")),
        ],
    };
    let svg = picture.svg();
    let lines: Vec<_> = svg.lines().collect();
    assert!(lines[0].contains("viewBox=\"0 0 40 30\""), "{svg}");
    assert_eq!(lines[1], "<rect width=\"40\" height=\"30\" fill=\"#fff\"/>");
    let line = "<polyline points=\"0.00,0.50 10.00,20.25\" fill=\"none\" stroke=\"rgb(1, 2, 3)\" \
                stroke-width=\"2\" stroke-dasharray=\"5 3\" opacity=\"1\"/>";
    assert_eq!(lines[2], line);
    assert_eq!(
        lines[3],
        "<polygon points=\"0.00,0.00 2.00,0.00 1.00,1.00\" fill=\"#345\" opacity=\"1\"/>"
    );
    assert!(lines[4].contains("width=\"3.00\" height=\"4.00\" fill=\"#123\" opacity=\"0.5\""));
    assert!(lines[5].starts_with("<circle cx=\"5.00\" cy=\"6.00\" r=\"3\""));
    assert!(
        lines[6].contains("text-anchor=\"end\"")
            && lines[6].ends_with(">&lt;a&gt; &amp; &quot;b&quot;</text>")
    );
    assert_eq!((lines[7], lines.len()), ("</svg>", 8));
}

#[test]
fn many_lines_and_many_dots_are_one_element_each() {
    let ink = || Ink { colour: "#123".to_owned(), ..Ink::of("") };
    let lines = vec![vec![(0.0, 1.0), (2.0, 3.0)], vec![(4.0, 5.0), (6.0, 7.0)]];
    let picture = Picture {
        size: (10.0, 10.0),
        shapes: vec![
            (Shape::Lines(lines), ink()),
            (Shape::Dots(vec![(3.0, 4.0), (5.0, 6.0)], 2.0), ink()),
        ],
        ground: None,
    };
    let svg = picture.clone().moved(1.0, 0.0).svg();
    assert_eq!(svg.matches("<path").count(), 2);
    assert!(svg.contains("d=\"M1.00 1.00L3.00 3.00M5.00 5.00L7.00 7.00\""), "{svg}");
    assert!(svg.contains("d=\"M2.00 4.00a2 2 0 1 0 4 0a2 2 0 1 0 -4 0M4.00 6.00a2"), "{svg}");
}
