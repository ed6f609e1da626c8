//! Why a record could not be read, and where in it.
use shenfang_clinical::{Fault, FaultCode, Text};
use std::borrow::Cow;

/// A record that is not a prescription: code, JSON pointer, message in both languages.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", .path, .message.en)]
pub struct RecordError {
    /// stable code: `syntax`, `unknown_field`, `duplicate_id`, …
    pub code: FaultCode,
    /// JSON pointer (RFC 6901) of the place, empty for the record as a whole
    pub path: String,
    /// lower case, no full stop, near words proposed
    pub message: Text<'static>,
}

impl RecordError {
    pub(crate) fn new(path: impl Into<String>, fault: Fault) -> RecordError {
        RecordError {
            code: fault.code,
            path: path.into(),
            message: fault.message,
        }
    }

    /// Of the record as a whole.
    pub(crate) fn whole(
        code: FaultCode,
        zh: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) -> RecordError {
        RecordError::new("", Fault::new(code, zh, en))
    }

    /// Longer than a record may be.
    pub(crate) fn too_long() -> RecordError {
        let most = shenfang_clinical::read::BYTES;
        RecordError::whole(
            FaultCode::TooLong,
            format!("记录超过 {most} 字节"),
            format!("a record of more than {most} bytes"),
        )
    }

    /// The source failed.
    pub(crate) fn io(error: &std::io::Error) -> RecordError {
        RecordError::whole(
            FaultCode::Io,
            format!("读取中断：{error}"),
            format!("the source could not be read on: {error}"),
        )
    }

    /// Of JSON itself, from the reader's own words.
    pub(crate) fn syntax(path: impl Into<String>, error: &serde_json::Error) -> RecordError {
        let words = error.to_string();
        let words = words
            .rsplit_once(" at line ")
            .map_or(words.as_str(), |(words, _)| words);
        let (line, column) = (error.line(), error.column());
        let zh = match words {
            _ if error.is_eof() => "JSON 未结束",
            "trailing characters" => "JSON 之后还有文字",
            "recursion limit exceeded" => "嵌套过深",
            "expected value" | "expected ident" => "此处应为一个值",
            "key must be a string" => "字段名应为带引号的文字",
            "trailing comma" => "多余的逗号",
            "expected `:`" => "缺冒号",
            "expected `,` or `}`" | "expected `,` or `]`" => "缺逗号或括号",
            "invalid number" => "数字有误",
            "invalid escape" | "lone leading surrogate in hex escape" | "unexpected end of hex escape" => "转义有误",
            _ => "JSON 语法错误",
        };
        RecordError::new(
            path,
            Fault::new(
                FaultCode::Syntax,
                format!("{zh}（第 {line} 行第 {column} 列）"),
                format!("{words} (line {line}, column {column})"),
            ),
        )
    }
}
