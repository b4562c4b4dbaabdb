//! A page as the tests read it: by its sections and their tables.

use regex::Regex;

/// The HTML.
pub struct Page(pub String);

impl Page {
    /// The section of that id.
    pub fn section(&self, id: &str) -> &str {
        let start = self.0.find(&format!("<section id=\"{id}\">"));
        let start = start.unwrap_or_else(|| panic!("there is no section {id}"));
        let rest = &self.0[start..];
        &rest[..rest.find("</section>").unwrap()]
    }

    /// The machine's values in a section.
    pub fn values(&self, id: &str) -> Vec<u64> {
        let value = Regex::new(r#"<data value="(\d+)">([\d.,]+)</data>"#).unwrap();
        let found = value.captures_iter(self.section(id));
        found
            .map(|one| {
                assert_eq!(one[1], one[2].replace(['.', ','], ""));
                one[1].parse().unwrap()
            })
            .collect()
    }

    /// The numbers in each last line of the tables of a section.
    pub fn totals(&self, id: &str) -> Vec<Vec<u64>> {
        rows(self.section(id), r#"<tr class="total">"#)
    }

    /// The numbers of each open table of a section, its total left out. Tables of details are passed over.
    pub fn tables(&self, id: &str) -> Vec<Vec<Vec<u64>>> {
        let tables = self.section(id).split("<table").skip(1);
        tables
            .map(|table| rows(table, "<tr><th scope=\"row\">"))
            .collect()
    }

    /// One column of numbers of the first table of a section.
    pub fn column(&self, id: &str, column: usize) -> Vec<u64> {
        if !self.section(id).contains("<table") {
            return Vec::new();
        }
        let body = self.section(id).split_once("<tbody>").unwrap().1;
        let body = body.split_once("</tbody>").unwrap().0;
        rows(body, "<tr>").iter().map(|row| row[column]).collect()
    }

    /// Nothing is loaded, nothing runs.
    pub fn assert_inert(&self) {
        let lower = self.0.to_lowercase();
        for never in [
            "<script",
            "http://",
            "https://",
            "@import",
            "url(",
            "<iframe",
            "<object",
            "<embed",
            "<form",
            "<base",
            "javascript:",
        ] {
            assert!(!lower.contains(never), "{never}");
        }
        assert!(
            !Regex::new(r"<[^>]*\s(src|on\w+)=")
                .unwrap()
                .is_match(&lower)
        );
        let links: Vec<_> = lower
            .match_indices("href=")
            .map(|(at, _)| &lower[at..at + 14])
            .collect();
        assert_eq!(links, ["href=\"data:,\">"]);
        assert!(lower.contains("default-src 'none'"));
    }
}

/// The numbers of each row that begins with `start`; shares and texts are no numbers.
fn rows(html: &str, start: &str) -> Vec<Vec<u64>> {
    let number = Regex::new(r"<td[^>]*>([\d.]+)</td>").unwrap();
    let rows = html
        .split(start)
        .skip(1)
        .map(|row| row.split("</tr>").next().unwrap());
    rows.map(|row| {
        let cells = number.captures_iter(row);
        cells
            .map(|cell| cell[1].replace('.', "").parse().unwrap())
            .collect()
    })
    .collect()
}
