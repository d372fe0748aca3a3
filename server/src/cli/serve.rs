//! `baedal serve`.

use clap::Args;
use clap::builder::BoolishValueParser;

use super::{Failed, STOP, start_logging, stop_on_signals};
use crate::adapters::secret::Secret;
use crate::config::{GatewayTyped, NotifyTyped, STRIPE_URL, TOSS_SCRIPT_URL, TOSS_URL, Typed, TypedProvider};
use crate::startup;

/// The settings. They are checked by [`Typed::check`], which says what is wrong in one sentence.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// The folder that holds everything; it is made when it is not there.
    #[arg(long, env = "BAEDAL_DATA", value_name = "DIR", default_value = "./data")]
    data: String,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "BAEDAL_LISTEN", value_name = "ADDR:PORT", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Seeds the demo city at the first start, and offers its logins.
    #[arg(long, env = "BAEDAL_DEMO", value_parser = BoolishValueParser::new())]
    demo: bool,
    /// The address people type when it is not the one listened on; with https, cookies stay on secure connections.
    #[arg(long, env = "BAEDAL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Who takes the money: sandbox, toss or stripe.
    #[arg(long, env = "BAEDAL_PAYMENT", value_name = "PROVIDER", default_value = "sandbox")]
    payment: String,
    /// The client key of Toss Payments.
    #[arg(long, env = "BAEDAL_TOSS_CLIENT_KEY", value_name = "KEY")]
    toss_client_key: Option<String>,
    /// The secret key of Toss Payments, or @file; better by environment, where no list of processes shows it.
    #[arg(long, env = "BAEDAL_TOSS_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    toss_secret_key: Option<Secret>,
    /// Where Toss Payments is asked.
    #[arg(long, env = "BAEDAL_TOSS_URL", value_name = "URL", default_value = TOSS_URL)]
    toss_url: String,
    /// Where the payment page gets the program of Toss Payments from.
    #[arg(long, env = "BAEDAL_TOSS_SCRIPT_URL", value_name = "URL", default_value = TOSS_SCRIPT_URL)]
    toss_script_url: String,
    /// The secret key of Stripe, or @file; better by environment.
    #[arg(long, env = "BAEDAL_STRIPE_SECRET_KEY", value_name = "KEY", hide_env_values = true)]
    stripe_secret_key: Option<Secret>,
    /// The secret by which Stripe signs its webhook, or @file; better by environment.
    #[arg(long, env = "BAEDAL_STRIPE_WEBHOOK_SECRET", value_name = "KEY", hide_env_values = true)]
    stripe_webhook_secret: Option<Secret>,
    /// Where Stripe is asked.
    #[arg(long, env = "BAEDAL_STRIPE_URL", value_name = "URL", default_value = STRIPE_URL)]
    stripe_url: String,
    /// A payment sandbox elsewhere; without it, the sandbox runs inside on a port of its own.
    #[arg(long, env = "BAEDAL_PAYMENT_URL", value_name = "URL")]
    payment_url: Option<String>,
    /// How long one call to the payment provider may take, in milliseconds.
    #[arg(long, env = "BAEDAL_PAYMENT_TIMEOUT_MS", value_name = "MS", default_value = "5000")]
    payment_timeout_ms: String,
    /// After so many failures in a row the payment provider is no longer asked for a while.
    #[arg(long, env = "BAEDAL_BREAKER_FAILURES", value_name = "NUMBER", default_value = "5")]
    breaker_failures: String,
    /// How long it is not asked before one request shows whether it works again, in milliseconds.
    #[arg(long, env = "BAEDAL_BREAKER_OPEN_MS", value_name = "MS", default_value = "5000")]
    breaker_open_ms: String,
    #[command(flatten)]
    notify: NotifyTyped,
    /// Lets webhooks lead to private addresses, over plain http and on any port: for a network that trusts everybody with an account.
    #[arg(long, env = "BAEDAL_WEBHOOK_ALLOW_PRIVATE", value_parser = BoolishValueParser::new())]
    webhook_allow_private: bool,
    /// How long after the promised time a kitchen may be silent before the operator is told, in minutes.
    #[arg(long, env = "BAEDAL_KITCHEN_MINUTES", value_name = "MINUTES", default_value = "30")]
    kitchen_minutes: String,
    /// How long a job may wait for a rider before the operator is told, in minutes.
    #[arg(long, env = "BAEDAL_RIDER_MINUTES", value_name = "MINUTES", default_value = "15")]
    rider_minutes: String,
    /// How long a rider may take to the store before the operator is told, in minutes.
    #[arg(long, env = "BAEDAL_PICKUP_MINUTES", value_name = "MINUTES", default_value = "30")]
    pickup_minutes: String,
    /// How long a rider may take to the customer before the operator is told, in minutes.
    #[arg(long, env = "BAEDAL_HANDOVER_MINUTES", value_name = "MINUTES", default_value = "60")]
    handover_minutes: String,
    /// How long after the delivery an order is completed that the customer has not confirmed, in minutes.
    #[arg(long, env = "BAEDAL_CONFIRM_MINUTES", value_name = "MINUTES", default_value = "120")]
    confirm_minutes: String,
    /// How long the operator may take before an order that is stuck ends as not delivered, in minutes.
    #[arg(long, env = "BAEDAL_OPERATOR_MINUTES", value_name = "MINUTES", default_value = "1440")]
    operator_minutes: String,
    /// How long an order is held whose payment is not decided, in minutes.
    #[arg(long, env = "BAEDAL_HOLD_MINUTES", value_name = "MINUTES", default_value = "10")]
    hold_minutes: String,
    /// How far from a rider a job may be, in metres.
    #[arg(long, env = "BAEDAL_RIDER_RADIUS_M", value_name = "METRES", default_value = "3000")]
    rider_radius_m: String,
    /// What a rider earns for every job, in won.
    #[arg(long, env = "BAEDAL_RIDER_FEE_BASE", value_name = "WON", default_value = "2500")]
    rider_fee_base: String,
    /// What a rider earns for each 100 metres begun, in won.
    #[arg(long, env = "BAEDAL_RIDER_FEE_PER_100M", value_name = "WON", default_value = "80")]
    rider_fee_per_100m: String,
    /// How many workers run the steps of orders side by side.
    #[arg(long, env = "BAEDAL_WORKERS", value_name = "NUMBER", default_value = "32")]
    workers: String,
    #[command(flatten)]
    gateway: GatewayTyped,
    /// What to log: off, error, warn, info, debug, trace, or a filter such as info,server=debug.
    #[arg(long, env = "BAEDAL_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

/// Runs the city until SIGINT or SIGTERM, then ends within five seconds, open streams included.
pub(super) async fn run(args: ServeArgs) -> Result<(), Failed> {
    let config = Typed {
        data: args.data,
        listen: args.listen,
        demo: args.demo,
        public_url: args.public_url,
        provider: TypedProvider {
            payment: args.payment,
            toss_client_key: args.toss_client_key,
            toss_secret_key: args.toss_secret_key,
            toss_url: args.toss_url,
            toss_script_url: args.toss_script_url,
            stripe_secret_key: args.stripe_secret_key,
            stripe_webhook_secret: args.stripe_webhook_secret,
            stripe_url: args.stripe_url,
        },
        payment_url: args.payment_url,
        payment_timeout_ms: args.payment_timeout_ms,
        breaker_failures: args.breaker_failures,
        breaker_open_ms: args.breaker_open_ms,
        notify: args.notify,
        webhook_allow_private: args.webhook_allow_private,
        hold_minutes: args.hold_minutes,
        kitchen_minutes: args.kitchen_minutes,
        rider_minutes: args.rider_minutes,
        pickup_minutes: args.pickup_minutes,
        handover_minutes: args.handover_minutes,
        confirm_minutes: args.confirm_minutes,
        operator_minutes: args.operator_minutes,
        rider_radius_m: args.rider_radius_m,
        rider_fee_base: args.rider_fee_base,
        rider_fee_per_100m: args.rider_fee_per_100m,
        workers: args.workers,
        gateway: args.gateway,
        log: args.log,
    }
    .check()?;
    start_logging(&config.log)?;
    let within = STOP + config.gateway.drain;
    let shutdown = stop_on_signals()?;
    let running = startup::start(config, shutdown.clone()).await.map_err(Failed::run)?;
    println!("{}", running.banner);
    let mut done = running.done;
    let ended = tokio::select! {
        ended = &mut done => ended,
        () = shutdown.cancelled() => {
            let Ok(ended) = tokio::time::timeout(within, &mut done).await else {
                tracing::warn!("stopped with requests still open");
                return Ok(());
            };
            ended
        }
    };
    ended.map_err(Failed::run)?.map_err(Failed::run)
}
