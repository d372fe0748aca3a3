//! The load's side of HTTP/1.1: as little work as possible, so that what is measured is the server.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Failure;

/// A connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The lines above the body.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The cookies that it sets, as a browser would send them back.
    pub(crate) fn cookies(&self) -> String {
        let set = self.head.lines().filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or(value).trim())
        });
        set.collect::<Vec<_>>().join("; ")
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Connection {
    /// Connects.
    pub(crate) async fn open(to: SocketAddr) -> Result<Self, Failure> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer, Failure> {
        self.stream.write_all(request).await?;
        self.read.clear();
        let end = loop {
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        let status =
            head.get(9..12).and_then(|status| status.parse().ok()).ok_or("an answer without a status")?;
        let body = match header(&head, "content-length").map(str::parse::<usize>).transpose()? {
            Some(length) => {
                while self.read.len() < end + length {
                    self.more().await?;
                }
                self.read[end..end + length].to_vec()
            }
            None if header(&head, "transfer-encoding").is_some() => {
                while !self.read[end - 2..].ends_with(b"\r\n0\r\n\r\n") {
                    self.more().await?;
                }
                unchunked(&self.read[end..])?
            }
            None => Vec::new(),
        };
        Ok(Answer { status, head, body })
    }

    /// Sends a request for a stream and reads the lines above it; the rest is read by [`Connection::more_of_stream`].
    pub(crate) async fn begin_stream(&mut self, request: &[u8]) -> Result<(), Failure> {
        self.stream.write_all(request).await?;
        self.read.clear();
        // The greeting of a stream comes at once, with its first line.
        while find(&self.read, b": baedal").is_none() && find(&self.read, b":baedal").is_none() {
            self.more().await?;
        }
        if !self.read.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(&self.read).into());
        }
        self.read.clear();
        Ok(())
    }

    /// The next whole messages of a stream: what follows `data: ` on each line.
    pub(crate) async fn more_of_stream(&mut self) -> Result<Vec<String>, Failure> {
        self.more().await?;
        let Some(end) = self.read.iter().rposition(|byte| *byte == b'\n') else {
            return Ok(Vec::new());
        };
        let messages = self.read[..end]
            .split(|byte| *byte == b'\n')
            .filter_map(|line| line.strip_prefix(b"data: "))
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect();
        self.read.drain(..=end);
        Ok(messages)
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.stream.read_buf(&mut self.read).await? == 0 {
            return Err("the server has closed the connection".into());
        }
        Ok(())
    }
}

/// A `GET`.
pub(crate) fn get(to: SocketAddr, path: &str, cookie: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {to}\r\ncookie: {cookie}\r\n{more}\r\n").into_bytes()
}

/// A form that a script sends.
pub(crate) fn post(to: SocketAddr, path: &str, cookie: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {to}\r\norigin: http://{to}\r\ncookie: {cookie}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// A request of a program with a token; `json` with a key of its own when it is a command.
pub(crate) fn program(to: SocketAddr, what: &str, token: &str, command: Option<(&str, &str)>) -> Vec<u8> {
    let head = format!(
        "{what} HTTP/1.1\r\nhost: {to}\r\nauthorization: Bearer {token}\r\naccept: application/hal+json\r\n"
    );
    match command {
        None => format!("{head}\r\n"),
        Some((key, json)) => format!(
            "{head}idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
            json.len()
        ),
    }
    .into_bytes()
}

/// The fields of a form in one line.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let mut line = String::new();
    for (name, value) in fields {
        if !line.is_empty() {
            line.push('&');
        }
        escape(&mut line, name);
        line.push('=');
        escape(&mut line, value);
    }
    line
}

fn escape(line: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            line.push(char::from(byte));
        } else {
            line.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// A header's value among the lines above a body.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// Where something begins in a text.
pub(crate) fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn unchunked(mut text: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        let end = find(text, b"\r\n").ok_or("a chunk without a length")?;
        let length = usize::from_str_radix(std::str::from_utf8(&text[..end])?, 16)?;
        if length == 0 {
            return Ok(body);
        }
        let chunk = end + 2..end + 2 + length;
        body.extend_from_slice(text.get(chunk.clone()).ok_or("a chunk that is cut off")?);
        text = text.get(chunk.end + 2..).ok_or("a chunk that is cut off")?;
    }
}
