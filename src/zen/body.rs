//! The body of a request: a piece for each document, which goes to the wire as it lies. To copy them into one would take
//! a twentieth of the time that a batch takes.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use super::Envelope;
use super::envelope::brackets;

/// What a request carries.
#[derive(Debug, Clone, Default)]
pub struct Body {
    pieces: VecDeque<Bytes>,
}

impl Body {
    /// The body that holds `items` (see [`super::item`]); a form is made already, and is the only one.
    #[must_use]
    pub fn new(envelope: Envelope, items: Vec<Vec<u8>>) -> Self {
        let (before, after) = brackets(envelope);
        let last = items.len().saturating_sub(1);
        let piece = |(place, mut item): (usize, Vec<u8>)| {
            item.extend_from_slice(if place == last { after } else { b"," });
            // Each item can begin a request, and only the first does.
            let own = if place == 0 { 0 } else { before.len() };
            Bytes::from(item).slice(own..)
        };
        Self {
            pieces: items.into_iter().enumerate().map(piece).collect(),
        }
    }

    /// The parts that it goes to the wire in.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(AsRef::as_ref)
    }

    /// Its length in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pieces().map(<[u8]>::len).sum()
    }

    /// The whole of it, copied.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.pieces().collect::<Vec<_>>().concat()
    }
}

impl From<Vec<u8>> for Body {
    fn from(whole: Vec<u8>) -> Self {
        Self {
            pieces: VecDeque::from([Bytes::from(whole)]),
        }
    }
}

impl From<Body> for reqwest::Body {
    fn from(mut body: Body) -> Self {
        // What is in one piece needs nobody to ask for the next.
        if body.pieces.len() > 1 {
            return Self::wrap(body);
        }
        Self::from(body.pieces.pop_front().unwrap_or_default())
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.pieces.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The length is known, so that it is announced.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zen::{body_bytes, item};

    #[test]
    fn bodies_are_json_of_the_expected_length() {
        for (envelope, pointer) in [(Envelope::Array, ""), (Envelope::Data, "/data")] {
            let made = ["<a b=\"c\">ação\n</a>", "<b/>", "<c/>"].map(|text| {
                let mut one = Vec::new();
                item(envelope, text, &mut one);
                one
            });
            for count in 1..=3 {
                let items = made[..count].to_vec();
                let length = body_bytes(envelope, items.iter().map(Vec::len));
                let body = Body::new(envelope, items);
                assert_eq!((body.bytes(), body.pieces().count()), (length, count));
                assert_eq!(body.size_hint().exact(), Some(length as u64));
                let whole = body.to_vec();
                assert_eq!(whole.len(), length);
                let read: serde_json::Value = serde_json::from_slice(&whole).unwrap();
                let list = read.pointer(pointer).unwrap().as_array().unwrap();
                let texts = ["<a b=\"c\">ação\n</a>", "<b/>", "<c/>"];
                assert_eq!(list.len(), count);
                for (one, text) in list.iter().zip(texts) {
                    assert_eq!(one["Xml"], text);
                    assert_eq!(one["Format"], true);
                }
            }
        }
    }

    #[tokio::test]
    async fn what_goes_to_the_wire_is_the_whole() {
        use http_body_util::BodyExt as _;
        let items = |count| vec![b"[1".to_vec(); count];
        for (count, text) in [(1, "[1]"), (2, "[1,1]"), (5, "[1,1,1,1,1]")] {
            let body = Body::new(Envelope::Array, items(count));
            let sent = reqwest::Body::from(body.clone()).collect().await.unwrap();
            assert_eq!(sent.to_bytes(), text);
            assert_eq!(body.collect().await.unwrap().to_bytes(), text);
        }
        let form = Body::new(Envelope::Form(crate::zen::Side::Both), vec![b"--".to_vec()]);
        assert_eq!(form.to_vec(), b"--");
    }
}
