//! The account page: who somebody is, and the API tokens.

use super::Desk;
use app::backend::Answer;
use app::words;
use domain::shared::TokenId;
use domain::views::{AccountPage, Caller, MadeToken, check_token};

impl Desk {
    /// Who the caller is, the tokens that can be used, and the secret of the one that was just made.
    pub(super) async fn show_account(&self, caller: &Caller, made: Option<TokenId>) -> Answer<AccountPage> {
        let account = caller.in_person()?;
        let now = self.clock.now();
        let tokens = self.tokens.list(account.id, now).await?;
        // Taken only when all else is there, so that it is not lost for nothing.
        let made = made.and_then(|id| {
            let secret = self.tokens.take_to_show(account.id, id, now)?;
            Some(MadeToken { id, secret: secret.reveal().to_owned() })
        });
        Ok(AccountPage { now, account: account.clone(), tokens, made })
    }

    /// Makes a token; its secret waits for the account page.
    pub(super) async fn new_token(&self, caller: &Caller, label: &str, term: &str) -> Answer<TokenId> {
        let account = caller.in_person()?;
        let new = check_token(label, term, words::token_label(caller.locale))?;
        let now = self.clock.now();
        let (token, secret) = self.tokens.make(account.id, new, now).await?;
        self.tokens.keep_to_show(account.id, token.id, secret, now);
        Ok(token.id)
    }

    /// Revokes one of the caller's own tokens.
    pub(super) async fn end_token(&self, caller: &Caller, token: TokenId) -> Answer<()> {
        let account = caller.in_person()?;
        Ok(self.tokens.revoke(account.id, token, self.clock.now()).await?)
    }
}
