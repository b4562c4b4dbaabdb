//! A form that was posted: read by a library of its own, for it must not share the sender's mistakes.

use futures_util::stream;
use hyper::body::Bytes;
use multer::Multipart;

/// What the form of an NFS-e holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Form {
    /// The field `Type`.
    pub side: String,
    /// The files, as they came.
    pub files: Vec<Bytes>,
}

/// Reads a form; nothing where `body` is none, or breaks off.
pub(super) async fn read(content_type: &str, body: Bytes) -> Option<Form> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = stream::iter([Ok::<_, std::io::Error>(body)]);
    let mut parts = Multipart::new(whole, boundary);
    let mut form = Form::default();
    while let Some(part) = parts.next_field().await.ok()? {
        if part.file_name().is_some() {
            form.files.push(part.bytes().await.ok()?);
        } else if part.name() == Some("Type") {
            form.side = part.text().await.ok()?;
        }
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=x";

    fn form(end: &str) -> Bytes {
        let part = |head: &str, text: &str| {
            format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{text}\r\n")
        };
        let side = part("name=\"Type\"", "1");
        let file = part("name=\"File\"; filename=\"a.xml\"", "<a>\r\n</a>");
        Bytes::from([side, file, end.to_owned()].concat())
    }

    #[tokio::test]
    async fn a_whole_form_is_read_and_nothing_else() {
        let found = read(KIND, form("--x--\r\n")).await.unwrap();
        assert_eq!(found.side, "1");
        assert_eq!(found.files, [Bytes::from("<a>\r\n</a>")]);
        for (kind, body) in [
            ("application/json", form("--x--\r\n")),
            ("multipart/form-data", form("--x--\r\n")),
            ("multipart/form-data; boundary=y", form("--x--\r\n")),
            (KIND, form("")),
            (KIND, Bytes::from("[]")),
        ] {
            assert_eq!(read(kind, body.clone()).await, None, "{kind} {body:?}");
        }
    }
}
