//! Refusals of the aggregates: each names the present state where the state is the reason.

use super::enrolment::grouped;
use super::{clock, distance, weekday};
use crate::say;
use domain::processes::CaseRefusal;
use domain::shared::Locale;
use domain::store::ticket;
use domain::store::{self, HoursFault, MenuFault, MenuPart, QuoteRefusal};
use domain::{delivery, order, payment};

/// A command about an order was refused.
pub(super) fn case(locale: Locale, refusal: &CaseRefusal) -> String {
    match refusal {
        CaseRefusal::Order(refusal) => order(locale, refusal),
        CaseRefusal::Payment(refusal) => payment(locale, refusal),
        CaseRefusal::Ticket(refusal) => ticket(locale, refusal),
        CaseRefusal::Delivery(refusal) => delivery(locale, refusal),
        CaseRefusal::Quote(refusal) => quote(locale, refusal),
        CaseRefusal::PriceChanged { now } => say!(locale, words.fault.price_changed, now = now),
        CaseRefusal::NoSuchOrder => say!(locale, words.fault.not_found).to_owned(),
        CaseRefusal::NotOnTheWay => say!(locale, words.fault.not_on_the_way).to_owned(),
        CaseRefusal::OutOfRange => say!(locale, words.fault.out_of_range).to_owned(),
    }
}

pub(super) fn not_now(locale: Locale, state: &'static str, command: &'static str) -> String {
    say!(locale, words.fault.not_now, state = state, command = command)
}

fn order(locale: Locale, refusal: &order::Refusal) -> String {
    use order::{Phase, Refusal, Verb};
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::New => say!(locale, words.order.state.absent),
                Phase::Placed => say!(locale, words.order.state.placed),
                Phase::Held => say!(locale, words.order.state.held),
                Phase::Received => say!(locale, words.order.state.received),
                Phase::Completed => say!(locale, words.order.state.completed),
                Phase::Cancelled => say!(locale, words.order.state.cancelled),
                Phase::PaymentFailed => say!(locale, words.order.state.payment_failed),
                Phase::Rejected => say!(locale, words.order.state.rejected),
                Phase::Undeliverable => say!(locale, words.order.state.undeliverable),
            };
            let command = match command {
                Verb::Place => say!(locale, words.order.command.place),
                Verb::Hold => say!(locale, words.order.command.hold),
                Verb::Receive => say!(locale, words.order.command.receive),
                Verb::FailPayment => say!(locale, words.order.command.fail_payment),
                Verb::Cancel => say!(locale, words.order.command.cancel),
                Verb::Reject => say!(locale, words.order.command.reject),
                Verb::Change => say!(locale, words.order.command.change),
                Verb::ConfirmReceipt => say!(locale, words.order.command.confirm_receipt),
                Verb::Flag => say!(locale, words.order.command.flag),
                Verb::GiveUp => say!(locale, words.order.command.give_up),
            };
            not_now(locale, state, command)
        }
        Refusal::ChangeUnderWay => say!(locale, words.order.change_under_way).to_owned(),
        Refusal::NoSuchChange => say!(locale, words.order.no_such_change).to_owned(),
        Refusal::NothingLeft => say!(locale, words.order.nothing_left).to_owned(),
        Refusal::NothingChanges => say!(locale, words.order.nothing_changes).to_owned(),
    }
}

fn payment(locale: Locale, refusal: &payment::Refusal) -> String {
    use payment::{Phase, Refusal, Verb};
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::Pending => say!(locale, words.payment.state.pending),
                Phase::NeedsCustomer => say!(locale, words.payment.state.needs_customer),
                Phase::Approved => say!(locale, words.payment.state.approved),
                Phase::Declined => say!(locale, words.payment.state.declined),
                Phase::Refunding => say!(locale, words.payment.state.refunding),
                Phase::Refunded => say!(locale, words.payment.state.refunded),
            };
            let command = match command {
                Verb::RecordNeedsCustomer => say!(locale, words.payment.command.needs_customer),
                Verb::RecordApproved => say!(locale, words.payment.command.approved),
                Verb::RecordDeclined => say!(locale, words.payment.command.declined),
                Verb::RecordVoided => say!(locale, words.payment.command.voided),
                Verb::Refund => say!(locale, words.payment.command.refund),
                Verb::RecordRefunded => say!(locale, words.payment.command.refunded),
                Verb::RecordRefundFailed => say!(locale, words.payment.command.refund_failed),
                Verb::RecordRefundSentBack => say!(locale, words.payment.command.refund_sent_back),
            };
            not_now(locale, state, command)
        }
        Refusal::NoSuchRefund => say!(locale, words.payment.no_such_refund).to_owned(),
        Refusal::OutOfRange => say!(locale, words.payment.out_of_range).to_owned(),
    }
}

fn ticket(locale: Locale, refusal: &ticket::Refusal) -> String {
    use ticket::{Phase, Refusal, Verb};
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::New => say!(locale, words.ticket.state.absent),
                Phase::Received => say!(locale, words.ticket.state.received),
                Phase::Accepted => say!(locale, words.ticket.state.accepted),
                Phase::Cooking => say!(locale, words.ticket.state.cooking),
                Phase::Ready => say!(locale, words.ticket.state.ready),
                Phase::Rejected => say!(locale, words.ticket.state.rejected),
                Phase::Cancelled => say!(locale, words.ticket.state.cancelled),
            };
            let command = match command {
                Verb::Open => say!(locale, words.ticket.command.open),
                Verb::Accept => say!(locale, words.ticket.command.accept),
                Verb::Reject => say!(locale, words.ticket.command.reject),
                Verb::Start => say!(locale, words.ticket.command.start),
                Verb::Finish => say!(locale, words.ticket.command.finish),
                Verb::Delay => say!(locale, words.ticket.command.delay),
                Verb::Cancel => say!(locale, words.ticket.command.cancel),
                Verb::Withdraw => say!(locale, words.ticket.command.withdraw),
                Verb::Change => say!(locale, words.ticket.command.change),
            };
            not_now(locale, state, command)
        }
        Refusal::CookingStarted => say!(locale, words.ticket.cooking_started).to_owned(),
        Refusal::Minutes { max } => say!(locale, words.ticket.minutes, max = max),
        Refusal::DelayStep => say!(locale, words.ticket.delay_step).to_owned(),
        Refusal::DelayedTooLong { max } => say!(locale, words.ticket.delayed_too_long, max = max),
        Refusal::ReasonMissing => say!(locale, words.ticket.reason_missing).to_owned(),
        Refusal::WrongRevision => say!(locale, words.ticket.wrong_revision).to_owned(),
    }
}

fn delivery(locale: Locale, refusal: &delivery::Refusal) -> String {
    use delivery::{Phase, Refusal, Verb};
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::New => say!(locale, words.delivery.state.absent),
                Phase::Offered => say!(locale, words.delivery.state.offered),
                Phase::Claimed => say!(locale, words.delivery.state.claimed),
                Phase::Arrived => say!(locale, words.delivery.state.arrived),
                Phase::PickedUp => say!(locale, words.delivery.state.picked_up),
                Phase::Delivered => say!(locale, words.delivery.state.delivered),
                Phase::Failed => say!(locale, words.delivery.state.failed),
            };
            let command = match command {
                Verb::Offer => say!(locale, words.delivery.command.offer),
                Verb::Claim => say!(locale, words.delivery.command.claim),
                Verb::Release => say!(locale, words.delivery.command.release),
                Verb::Arrive => say!(locale, words.delivery.command.arrive),
                Verb::PickUp => say!(locale, words.delivery.command.pick_up),
                Verb::Deliver => say!(locale, words.delivery.command.deliver),
                Verb::Fail => say!(locale, words.delivery.command.fail),
            };
            not_now(locale, state, command)
        }
        Refusal::Taken => say!(locale, words.delivery.taken).to_owned(),
        Refusal::NotYours => say!(locale, words.delivery.not_yours).to_owned(),
        Refusal::OffDuty => say!(locale, words.delivery.off_duty).to_owned(),
        Refusal::TooFar { radius_m } => {
            say!(locale, words.delivery.too_far, radius = distance(locale, *radius_m))
        }
        Refusal::NotARidersReason => say!(locale, words.delivery.not_a_riders_reason).to_owned(),
        Refusal::WrongNumber => say!(locale, words.delivery.wrong_number).to_owned(),
        Refusal::WrongCode => say!(locale, words.delivery.wrong_code).to_owned(),
        Refusal::TooManyCodes { until } => {
            say!(locale, words.delivery.too_many_codes, time = until.in_seoul().clock())
        }
    }
}

/// A command about a store was refused.
pub(super) fn store(locale: Locale, refusal: &store::Refusal) -> String {
    use store::{Phase, Refusal, Verb};
    match refusal {
        Refusal::NotNow { command, state } => {
            let state = match state {
                Phase::New => say!(locale, words.store.state.absent),
                Phase::Open => say!(locale, words.store.state.open),
                Phase::Paused => say!(locale, words.store.state.paused),
            };
            let command = match command {
                Verb::Register => say!(locale, words.store.command.register),
                Verb::SetCapacity => say!(locale, words.store.command.set_capacity),
                Verb::Pause => say!(locale, words.store.command.pause),
                Verb::Reopen => say!(locale, words.store.command.reopen),
                Verb::SetBusy => say!(locale, words.store.command.set_busy),
                Verb::SetAnswerLimit => say!(locale, words.store.command.set_answer_limit),
                Verb::SetSoldOut => say!(locale, words.store.command.set_sold_out),
                Verb::SetHours => say!(locale, words.store.command.set_hours),
                Verb::AddItem => say!(locale, words.store.command.add_item),
                Verb::ChangeItem => say!(locale, words.store.command.change_item),
            };
            not_now(locale, state, command)
        }
        Refusal::Capacity { max } => say!(locale, words.store.capacity, max = max),
        Refusal::NoSuchItem => say!(locale, words.store.no_such_item).to_owned(),
        Refusal::NoSuchSection => say!(locale, words.store.no_such_section).to_owned(),
        Refusal::IdTaken => say!(locale, words.store.id_taken).to_owned(),
        Refusal::Hours(fault) => hours(locale, *fault),
        Refusal::Menu(fault) => menu(locale, *fault),
        Refusal::BusyMinutes { max } => say!(locale, words.store.busy_minutes, max = max),
        Refusal::AnswerLimit { min, max } => say!(locale, words.store.answer_limit, min = min, max = max),
        Refusal::PauseOver => say!(locale, words.store.pause_over).to_owned(),
        Refusal::PauseTooLong { max_minutes } => {
            say!(locale, words.store.pause_too_long, days = max_minutes / (24 * 60))
        }
    }
}

/// What is wrong with hours; their spans are counted from 1.
fn hours(locale: Locale, fault: HoursFault) -> String {
    match fault {
        HoursFault::Spans { max } => say!(locale, words.hours.spans, max = max),
        HoursFault::Day { span } => say!(locale, words.hours.day, span = span + 1),
        HoursFault::Opens { span } => say!(locale, words.hours.opens, span = span + 1),
        HoursFault::Closes { span } => say!(locale, words.hours.closes, span = span + 1),
        HoursFault::Overlap { span, other } => {
            say!(locale, words.hours.overlap, span = span + 1, other = other + 1)
        }
    }
}

fn menu(locale: Locale, fault: MenuFault) -> String {
    let named = |part| match part {
        MenuPart::Section => say!(locale, words.menu.part.section),
        MenuPart::Dish => say!(locale, words.menu.part.dish),
        MenuPart::Group => say!(locale, words.menu.part.group),
        MenuPart::Choice => say!(locale, words.menu.part.choice),
    };
    match fault {
        MenuFault::NoName { part } => say!(locale, words.menu.no_name, part = named(part)),
        MenuFault::NameTooLong { part, max } => {
            say!(locale, words.menu.name_too_long, part = named(part), max = max)
        }
        MenuFault::DescriptionTooLong { max } => say!(locale, words.menu.description_too_long, max = max),
        MenuFault::Unprintable { part } => say!(locale, words.menu.unprintable, part = named(part)),
        MenuFault::Price { part, min, max } => {
            say!(locale, words.menu.price, part = named(part), min = grouped(min), max = grouped(max))
        }
        MenuFault::TooMany { part: MenuPart::Section, max } => {
            say!(locale, words.menu.too_many.sections, max = max)
        }
        MenuFault::TooMany { part: MenuPart::Dish, max } => {
            say!(locale, words.menu.too_many.dishes, max = max)
        }
        MenuFault::TooMany { part: MenuPart::Group, max } => {
            say!(locale, words.menu.too_many.groups, max = max)
        }
        MenuFault::TooMany { part: MenuPart::Choice, max } => {
            say!(locale, words.menu.too_many.choices, max = max)
        }
        MenuFault::Choices => say!(locale, words.menu.choices).to_owned(),
    }
}

fn quote(locale: Locale, refusal: &QuoteRefusal) -> String {
    match refusal {
        QuoteRefusal::Closed { opens: None } => say!(locale, words.quote.closed).to_owned(),
        QuoteRefusal::Closed { opens: Some((day, minute)) } => {
            say!(locale, words.quote.closed_opens, day = weekday(locale, *day), time = clock(*minute))
        }
        QuoteRefusal::Paused => say!(locale, words.quote.paused).to_owned(),
        QuoteRefusal::OutsideArea { distance_m, radius_m } => say!(
            locale,
            words.quote.outside,
            radius = distance(locale, *radius_m),
            distance = distance(locale, *distance_m)
        ),
        QuoteRefusal::EmptyCart => say!(locale, words.quote.empty).to_owned(),
        QuoteRefusal::TooManyLines { max } => say!(locale, words.quote.too_many_lines, max = max),
        QuoteRefusal::UnknownItem { .. } => say!(locale, words.quote.unknown_item).to_owned(),
        QuoteRefusal::SoldOut { name, .. } => {
            say!(locale, words.quote.sold_out, name = name.get(locale))
        }
        QuoteRefusal::Quantity { max, .. } => say!(locale, words.quote.quantity, max = max),
        QuoteRefusal::UnknownChoice { .. } => say!(locale, words.quote.unknown_choice).to_owned(),
        QuoteRefusal::Choices { group, min, max, .. } if min == max => {
            say!(locale, words.quote.choices_exact, min = min, group = group.get(locale))
        }
        QuoteRefusal::Choices { group, min, max, .. } => {
            say!(locale, words.quote.choices_range, min = min, max = max, group = group.get(locale))
        }
        QuoteRefusal::BelowMinimum { min, missing } => {
            say!(locale, words.quote.below_minimum, min = min, missing = missing)
        }
        QuoteRefusal::OutOfRange => say!(locale, words.fault.out_of_range).to_owned(),
    }
}
