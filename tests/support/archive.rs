//! Makes archives of any size: plausible documents with valid keys, every one with contents of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// What an archive is made of.
#[derive(Debug, Clone, Copy)]
pub struct Archive {
    /// Documents, cancellations not counted.
    pub documents: usize,
    /// Each so-manieth document is cancelled by an event; 0: none.
    pub cancel_every: usize,
    /// About so many bytes a document.
    pub bytes: usize,
    /// Folders that the documents are spread over; 1: a flat one.
    pub folders: usize,
}

impl Archive {
    /// Writes the archive into `folder`.
    pub fn write(&self, folder: &Path) {
        for number in 0..self.folders {
            fs::create_dir_all(folder.join(format!("{number:03}"))).unwrap();
        }
        let mut text = String::with_capacity(self.bytes + 1024);
        for number in 0..self.documents {
            let inner = folder.join(format!("{:03}", number % self.folders));
            let key = key(number);
            text.clear();
            note(&mut text, &key, number, self.bytes);
            fs::write(inner.join(format!("{key}-procNFe.xml")), &text).unwrap();
            if self.cancel_every > 0 && number % self.cancel_every == 0 {
                text.clear();
                cancellation(&mut text, &key);
                fs::write(inner.join(format!("110111-{key}.xml")), &text).unwrap();
            }
        }
    }

    /// Documents and cancellations.
    pub fn count(&self) -> u64 {
        let cancelled = if self.cancel_every == 0 {
            0
        } else {
            self.documents.div_ceil(self.cancel_every)
        };
        (self.documents + cancelled) as u64
    }
}

/// An authorised note of that number.
pub fn note_text(number: usize, bytes: usize) -> String {
    let mut text = String::new();
    note(&mut text, &key(number), number, bytes);
    text
}

/// The cancellation of the note of that number.
pub fn cancellation_text(number: usize) -> String {
    let mut text = String::new();
    cancellation(&mut text, &key(number));
    text
}

/// A valid access key of model 55, made up.
pub fn key(number: usize) -> String {
    let code = (number * 7919) % 100_000_000;
    let start = format!(
        "35190511222333000181550010{:08}1{code:08}",
        number % 100_000_000
    );
    let weights = (2..=9u32).cycle();
    let sum: u32 = start
        .bytes()
        .rev()
        .zip(weights)
        .map(|(byte, weight)| u32::from(byte - 48) * weight)
        .sum();
    let digit = if sum % 11 < 2 { 0 } else { 11 - sum % 11 };
    format!("{start}{digit}")
}

fn note(text: &mut String, key: &str, number: usize, bytes: usize) {
    let serial = number % 100_000_000;
    write!(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><nfeProc xmlns=\"http://www.portalfiscal.inf.br/nfe\" versao=\"4.00\">\
         <NFe><infNFe Id=\"NFe{key}\" versao=\"4.00\"><ide><cUF>35</cUF><mod>55</mod><serie>1</serie>\
         <nNF>{serial}</nNF><dhEmi>2019-05-15T10:00:00-03:00</dhEmi><cDV>{}</cDV><tpAmb>1</tpAmb></ide>\
         <emit><CNPJ>11222333000181</CNPJ><xNome>Padaria Aurora Inventada Ltda</xNome></emit>",
        &key[43..]
    )
    .unwrap();
    // Of the 7 kB of a usual note nearly half are its signature, with the certificate that made it.
    let certificate = if bytes >= SIGNED_BYTES { 2744 } else { 0 };
    let mut item = 0;
    while text.len() + 700 + certificate + certificate / 8 < bytes || item == 0 {
        item += 1;
        write!(
            text,
            "<det nItem=\"{item}\"><prod><cProd>{number}-{item}</cProd><cEAN>SEM GTIN</cEAN><xProd>Pão de açúcar e \
             canela</xProd><NCM>19059090</NCM><CFOP>5102</CFOP><uCom>UN</uCom><qCom>10.0000</qCom>\
             <vUnCom>1.5000</vUnCom><vProd>15.00</vProd></prod><imposto><ICMS><ICMS00><orig>0</orig><CST>00</CST>\
             <vBC>15.00</vBC><pICMS>18.00</pICMS><vICMS>2.70</vICMS></ICMS00></ICMS></imposto></det>"
        )
        .unwrap();
    }
    write!(
        text,
        "</infNFe><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"><SignedInfo><Reference URI=\"#NFe{key}\">\
         <DigestValue>aW52ZW50YWRvIGludmVudGFkbyE=</DigestValue></Reference></SignedInfo>"
    )
    .unwrap();
    if certificate > 0 {
        text.push_str("<SignatureValue>");
        base64(text, number, 344);
        text.push_str("</SignatureValue><KeyInfo><X509Data><X509Certificate>");
        base64(text, number, certificate);
        text.push_str("</X509Certificate></X509Data></KeyInfo>");
    }
    write!(
        text,
        "</Signature></NFe>\
         <protNFe versao=\"4.00\"><infProt><tpAmb>1</tpAmb><chNFe>{key}</chNFe><digVal>aW52ZW50YWRvIGludmVudGFkbyE=</digVal>\
         <cStat>100</cStat></infProt></protNFe></nfeProc>"
    )
    .unwrap();
}

/// From so many bytes on a note has a signature of the usual length.
const SIGNED_BYTES: usize = 6000;

/// Appends `length` characters that look like base64 and differ with `number`.
fn base64(text: &mut String, number: usize, length: usize) {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut mixed = number as u64 + 1;
    for _ in 0..length {
        mixed = mixed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        text.push(char::from(
            LETTERS[usize::try_from(mixed >> 58).unwrap_or(0)],
        ));
    }
}

fn cancellation(text: &mut String, key: &str) {
    write!(
        text,
        "<procEventoNFe xmlns=\"http://www.portalfiscal.inf.br/nfe\" versao=\"1.00\"><evento versao=\"1.00\">\
         <infEvento Id=\"ID110111{key}01\"><tpAmb>1</tpAmb><CNPJ>11222333000181</CNPJ><chNFe>{key}</chNFe>\
         <dhEvento>2019-05-16T10:00:00-03:00</dhEvento><tpEvento>110111</tpEvento><nSeqEvento>1</nSeqEvento>\
         </infEvento></evento><retEvento versao=\"1.00\"><infEvento><cStat>135</cStat><chNFe>{key}</chNFe>\
         <tpEvento>110111</tpEvento></infEvento></retEvento></procEventoNFe>"
    )
    .unwrap();
}
