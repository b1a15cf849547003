//! The command line, validated before anything starts. The README lists it under "Configuration";
//! a test keeps the two in sync.

mod admin;
mod backup;
mod check;
mod deleted;
mod demo;
mod held;
mod key;
mod open;
mod plan;
mod serve;

use clap::{
    ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum, builder::BoolishValueParser,
};
use domain::access::Role;
use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, process::ExitCode};
use store::bench_data::Size;

/// 邻里站 Linli: the server of the community service centers, and its operator's tools.
#[derive(Debug, Parser)]
#[command(name = "server", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// Without a command: `serve`.
    #[command(flatten)]
    pub serve: Serve,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// The database: sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME
    #[arg(
        long,
        env = "DATABASE_URL",
        default_value = "sqlite://data/linli.sqlite",
        global = true,
        hide_env_values = true
    )]
    pub database_url: String,
    /// Most connections to the database
    #[arg(long, env = "LINLI_CONNECTIONS", default_value_t = 16, global = true, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub connections: u32,
    /// The key that the database's secrets are sealed with: made with the tables, in no backup. Else
    /// beside SQLite's file, or data/linli.key
    #[arg(long, env = "LINLI_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,
    /// How the log is written to standard error
    #[arg(long, env = "LINLI_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,
    /// What is logged: a level, or levels by part, e.g. info,store=debug
    #[arg(long, env = "LINLI_LOG", default_value = "info", global = true)]
    pub log: String,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For reading.
    Text,
    /// One JSON object a line.
    Json,
}

/// What `serve` takes.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address and port to listen on
    #[arg(long, env = "LINLI_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// The site's own address as browsers see it, e.g. https://linli.example; else http://ADDR
    #[arg(long, env = "LINLI_ORIGIN")]
    pub origin: Option<String>,
    /// Cookies are sent by TLS only; set it wherever browsers come by https
    #[arg(long, env = "LINLI_SECURE_COOKIES", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub secure_cookies: bool,
    /// Keep short messages instead of sending them, and show them at /dev/messages. Never in service
    #[arg(long, env = "LINLI_DEVELOPMENT", action = ArgAction::SetTrue, value_parser = BoolishValueParser::new())]
    pub development: bool,
    /// The header in which a proxy in front writes the client's address, e.g. x-forwarded-for
    #[arg(long, env = "LINLI_CLIENT_ADDRESS_HEADER")]
    pub client_address_header: Option<axum::http::HeaderName>,
    /// Sign-in attempts that one address may make a minute
    #[arg(long, env = "LINLI_SIGN_INS_PER_MINUTE", default_value = "60")]
    pub sign_ins_per_minute: NonZeroU32,
    /// Connections that one network may hold at a time, where no proxy stands in front
    #[arg(long, env = "LINLI_CONNECTIONS_PER_NETWORK", default_value = "512")]
    pub connections_per_network: usize,
    /// Live streams that one network may hold at a time; whoever gets none asks every few seconds
    #[arg(long, env = "LINLI_STREAMS_PER_NETWORK", default_value = "256")]
    pub streams_per_network: usize,
    /// CSS pixels to a millimetre on the centers' kiosks
    #[arg(long, env = "LINLI_KIOSK_PX_PER_MM", default_value_t = 3.78)]
    pub kiosk_px_per_mm: f32,
    /// The font that certificates are drawn with; Debian has it in fonts-noto-cjk
    #[arg(
        long,
        env = "LINLI_FONT",
        default_value = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    )]
    pub font: PathBuf,
    /// Which face of that file: in Debian's, 2 is that for mainland China
    #[arg(long, env = "LINLI_FONT_FACE", default_value_t = 2)]
    pub font_face: u32,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages and REST (what happens without a command)
    Serve(Serve),
    /// Apply the migrations that are missing
    Migrate,
    /// Fill in centers, menu and a plausible demo; again it adds only what is missing
    Seed {
        /// Another number makes other activities
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// One password for all demo staff; else each gets a random one, shown once
        #[arg(long, env = "LINLI_DEMO_PASSWORD", hide_env_values = true)]
        demo_password: Option<String>,
    },
    /// Bring in the city's own data
    #[command(subcommand)]
    Import(Import),
    /// Members of staff
    #[command(subcommand)]
    Staff(Staff),
    /// Access tokens of programs and devices
    #[command(subcommand)]
    Token(Token),
    /// The keys that tickets are signed with
    #[command(subcommand)]
    TicketKey(TicketKey),
    /// Compare the counts that occurrences keep with the bookings; fails where one differs
    Check {
        /// Count anew what differs
        #[arg(long)]
        mend: bool,
    },
    /// Write a copy of the database to a new file, also while the server runs
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Put a backup in the database's place; stop the server first
    Restore {
        /// The backup
        file: PathBuf,
        /// Replace what is there
        #[arg(long)]
        force: bool,
        /// A list by `server deleted`, where the database that told it is lost
        #[arg(long)]
        deleted: Option<PathBuf>,
    },
    /// List the accounts that were deleted, ids only: to be kept with the backups
    Deleted,
    /// Fill an empty database with a deterministic, plausible city for load tests
    BenchData {
        /// How many centers
        #[arg(long, default_value_t = 668)]
        centers: u32,
        /// How many accounts
        #[arg(long, default_value_t = 10_000)]
        accounts: u32,
        /// How many activities
        #[arg(long, default_value_t = 5_000)]
        activities: u32,
        /// How many bookings
        #[arg(long, default_value_t = 50_000)]
        bookings: u32,
        /// In how many days before now half of it lies, with who came and who did not; 0 for none
        #[arg(long, default_value_t = 182)]
        past: u32,
        /// The same number makes the same city
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

/// Bringing in data.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// A list of centers as CSV (columns: app/store/data/README.md)
    Centers {
        /// The list
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
    /// Activities of a center out of a table, .xlsx or CSV, as drafts
    Activities(Plan),
    /// The public holidays of a year: JSON, or rows with date, name and 休 or 班
    Holidays {
        /// The notice
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        dry_run: bool,
    },
}

/// A plan of activities that is brought in.
#[derive(Args, Debug)]
pub struct Plan {
    /// The table: its first row names the columns, e.g. 名称, 日期, 时间, 地点, 名额, 类别
    file: PathBuf,
    /// The center's code
    #[arg(long)]
    center: String,
    /// The year of days that name none; else this one
    #[arg(long, value_parser = clap::value_parser!(i32).range(2000..2190))]
    year: Option<i32>,
    /// The plan is last year's: each date moves on by 52 weeks
    #[arg(long)]
    a_year_later: bool,
    /// The code of the service field of rows that name none, e.g. elder
    #[arg(long)]
    field: Option<String>,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

/// Members of staff.
#[derive(Debug, Subcommand)]
pub enum Staff {
    /// Add somebody with one role; more roles are given at the desk
    Add {
        /// What they sign in with
        username: String,
        /// Their name
        #[arg(long)]
        name: String,
        /// Their role, e.g. social_worker
        #[arg(long, value_parser = role)]
        role: Role,
        /// Where it holds: city, or a district, subdistrict or center by code or name
        #[arg(long)]
        scope: String,
        /// Read the password from standard input; else one is made and printed
        #[arg(long)]
        password_stdin: bool,
    },
    /// Note on which step of the ladder of supervision a social worker is
    Grade {
        /// What they sign in with
        username: String,
        /// assistant, junior or intermediate; without it the front line
        grade: Option<String>,
    },
    /// Let somebody sign in again at once who is kept out by wrong tries, theirs or a stranger's
    Unlock {
        /// What they sign in with
        username: String,
    },
}

/// Access tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token and print it, this once
    Create(TokenWish),
    /// List all tokens
    List,
    /// Revoke a token by its id
    Revoke {
        /// Its id, from the list
        id: String,
    },
}

/// A token that is to be made.
#[derive(Args, Debug)]
pub struct TokenWish {
    /// Its role, e.g. resident, volunteer, kiosk, social_worker, city_supervisor; a volunteer is a
    /// resident who is made a formal volunteer too
    #[arg(long, value_parser = wanted_role)]
    role: Wanted,
    /// Where it holds: city, or a district, subdistrict or center by code or name. Not needed
    /// for residents, and the city unless told for roles of the whole city
    #[arg(long)]
    scope: Option<String>,
    /// For residents: the telephone number of their account, which is made where it is missing
    #[arg(long)]
    account: Option<String>,
    /// For social workers and managers: the user name of the member of staff whom it speaks for
    #[arg(long)]
    staff: Option<String>,
    /// What it is for
    #[arg(long, default_value = "token")]
    label: String,
}

/// A role as the command line names it.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    role: Role,
    volunteers: bool,
}

/// Ticket keys.
#[derive(Debug, Subcommand)]
pub enum TicketKey {
    /// Sign with a new key from now on; tickets of the old one stay good
    Rotate,
    /// Trust a key no more: its tickets are shown anew with the key that signs
    Revoke {
        /// Its number, from the list
        kid: i64,
    },
    /// List all keys
    List,
}

fn wanted_role(text: &str) -> Result<Wanted, String> {
    match text {
        "volunteer" => Ok(Wanted {
            role: Role::Resident,
            volunteers: true,
        }),
        text => role(text).map(|role| Wanted {
            role,
            volunteers: false,
        }),
    }
}

fn role(text: &str) -> Result<Role, String> {
    let names: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
    text.parse()
        .map_err(|_| format!("one of {}", names.join(", ")))
}

/// Reads the command line and does what it says. The runtime starts here and not in the binary,
/// which would otherwise compile every future of the program once more.
#[tokio::main]
pub async fn run() -> ExitCode {
    let Cli {
        common,
        serve,
        command,
    } = Cli::parse();
    keep_private();
    if let Err(error) = open::log(&common) {
        return failed(&error);
    }
    let done = match command.unwrap_or(Command::Serve(serve)) {
        Command::Serve(serve) => serve::serve(&common, &serve).await,
        Command::Migrate => admin::migrate(&common).await,
        Command::Seed {
            seed,
            demo_password,
        } => demo::seed(&common, seed, demo_password).await,
        Command::Import(Import::Centers { file, dry_run }) => {
            admin::import_centers(&common, &file, dry_run).await
        }
        Command::Import(Import::Activities(asked)) => plan::import(&common, &asked).await,
        Command::Import(Import::Holidays { file, dry_run }) => {
            admin::import_holidays(&common, &file, dry_run).await
        }
        Command::Staff(Staff::Add {
            username,
            name,
            role,
            scope,
            password_stdin,
        }) => {
            let new = admin::NewMember {
                username,
                name,
                role,
                scope,
                password_stdin,
            };
            admin::add_staff(&common, new).await
        }
        Command::Staff(Staff::Grade { username, grade }) => {
            admin::grade_staff(&common, &username, grade.as_deref()).await
        }
        Command::Staff(Staff::Unlock { username }) => admin::unlock_staff(&common, &username).await,
        Command::Token(Token::Create(wish)) => admin::create_token(&common, wish).await,
        Command::Token(Token::List) => admin::list_tokens(&common).await,
        Command::Token(Token::Revoke { id }) => admin::revoke_token(&common, &id).await,
        Command::TicketKey(TicketKey::Rotate) => admin::rotate_key(&common).await,
        Command::TicketKey(TicketKey::Revoke { kid }) => admin::revoke_key(&common, kid).await,
        Command::TicketKey(TicketKey::List) => admin::list_keys(&common).await,
        Command::Check { mend } => check::check(&common, mend).await,
        Command::Backup { file } => backup::backup(&common, &file).await,
        Command::Restore {
            file,
            force,
            deleted,
        } => backup::restore(&common, &file, force, deleted.as_deref()).await,
        Command::Deleted => deleted::list(&common).await,
        Command::BenchData {
            centers,
            accounts,
            activities,
            bookings,
            past,
            seed,
        } => {
            let size = Size {
                centers,
                accounts,
                activities,
                bookings,
                past_days: past,
                seed,
            };
            demo::bench_data(&common, size).await
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Whatever this process makes is its owner's alone: databases and their journals, keys, backups.
fn keep_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}

/// Every variable that is read, with the flag that it stands for.
pub fn variables() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut commands = vec![Cli::command()];
    while let Some(command) = commands.pop() {
        for arg in command.get_arguments() {
            if let (Some(name), Some(flag)) = (arg.get_env(), arg.get_long()) {
                found.push((name.to_string_lossy().into_owned(), format!("--{flag}")));
            }
        }
        commands.extend(command.get_subcommands().cloned());
    }
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_fits_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_what_happens_without_a_command() {
        let cli = Cli::try_parse_from(["server", "--addr", "127.0.0.1:4000"]).unwrap();
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.addr.port(), 4000);
        let cli = Cli::try_parse_from(["server", "serve", "--addr", "127.0.0.1:4001"]).unwrap();
        let Some(Command::Serve(serve)) = cli.command else {
            panic!("serve")
        };
        assert_eq!(serve.addr.port(), 4001);
    }

    #[test]
    fn the_readme_lists_every_variable_and_its_flag() {
        let readme = include_str!("../../README.md");
        for (variable, flag) in variables() {
            let row = format!("| `{variable}` | `{flag}` |");
            assert!(readme.contains(&row), "the README lacks {row}");
        }
    }

    #[test]
    fn an_unknown_role_is_told_which_there_are() {
        let wrong = Cli::try_parse_from(["server", "token", "create", "--role", "king"]);
        let told = wrong.unwrap_err().to_string();
        assert!(told.contains("social_worker"), "{told}");
    }
}
