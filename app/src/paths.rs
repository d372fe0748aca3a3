//! Paths of this site.

/// `typed` when it is the path of a page here; `None` for whatever could lead elsewhere.
pub fn local_path(typed: &str) -> Option<&str> {
    let local = typed.starts_with('/')
        && !typed.starts_with("//")
        && typed.len() <= 2_000
        && !typed.contains('\\')
        // Browsers leave tabs and line ends out of addresses: `/\t/elsewhere` would be `//elsewhere`.
        && !typed.chars().any(char::is_control);
    local.then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_site_are_local() {
        for path in ["/", "/orders", "/stores/1?q=a//b#item-2", "/찾기"] {
            assert_eq!(local_path(path), Some(path));
        }
        let long = format!("/{}", "a".repeat(2_000));
        for elsewhere in [
            "",
            "orders",
            "//elsewhere.example",
            "https://elsewhere.example",
            "/\\elsewhere.example",
            "/\t/elsewhere.example",
            "/\r\nLocation: //elsewhere.example",
            "javascript:alert(1)",
            long.as_str(),
        ] {
            assert_eq!(local_path(elsewhere), None, "{elsewhere:?}");
        }
    }
}
