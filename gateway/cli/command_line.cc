#include "gateway/cli/command_line.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/reason.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_facts.h"
#include "gateway/cli/words.h"

namespace mrg {
namespace {

constexpr char kOutput[] = "--output";
constexpr char kLang[] = "--lang";
constexpr char kExitCodes[] =
    "Exit codes: 0 done, 1 refused, not found or not reached, 2 wrong command line";
constexpr char kExitCodesOfExpect[] =
    "Exit codes: 0 done, 1 refused, not found or not reached, 2 wrong command line, 3 another "
    "answer than --expect";

// The value of an option, read beforehand: the help and what is wrong with the words are told in
// the form and the language that they ask for.
std::string ValueOf(absl::string_view option, std::span<const std::string> args) {
  for (size_t i = 0; i < args.size(); ++i) {
    absl::string_view word = args[i];
    if (word == option && i + 1 < args.size()) return args[i + 1];
    if (absl::ConsumePrefix(&word, option) && absl::ConsumePrefix(&word, "=")) {
      return std::string(word);
    }
  }
  return "";
}

// The words of CLI11 itself, and the descriptions that are our own.
class ChineseHelpFormat : public CLI::Formatter {
 public:
  ChineseHelpFormat() {
    label("Usage", "用法");
    label("OPTIONS", "选项");
    label("SUBCOMMAND", "子命令");
    label("SUBCOMMANDS", "子命令");
    label("REQUIRED", "必填");
    label("Positionals", "位置参数");
    label("Needs", "须同时给出");
    label("Excludes", "不可同时给出");
  }

  std::string make_description(const CLI::App* app) const override {
    const bool is_choice = app->get_require_option_min() == 1 && app->get_require_option_max() == 1;
    return absl::StrCat(app->get_description(), is_choice ? " \n[以下选项须且仅须给出一项]" : "",
                        "\n");
  }
};

void SpeakChinese(const std::shared_ptr<ChineseHelpFormat>& format, CLI::App& app) {
  app.formatter(format);
  app.description(InLanguage(Language::kChinese, app.get_description()));
  app.footer(InLanguage(Language::kChinese, app.get_footer()));
  for (CLI::Option* option : app.get_options()) {
    option->description(InLanguage(Language::kChinese, option->get_description()));
    option->group("选项");
  }
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (!command->get_name().empty()) command->group("子命令");
    SpeakChinese(format, *command);
  }
}

// What CLI11 finds wrong, with what stands in it. One that says more comes before one that would
// take it, too. Source: CLI/Error.hpp and CLI/Validators.hpp, and validators of our own.
constexpr absl::string_view kFaults[] = {
    "A subcommand is required",
    "Exactly 1 option from [$0] is required and $1 were given",
    "Exactly 1 option from [$0] is required",
    "The following argument was not expected: $0",
    "The following arguments were not expected: $0",
    "Could not convert: $0 = $1",
    "$0: Value $1 not in range $2 to $3",
    "$0: $1 not in {$2}",
    "$0: $1 required $2 missing",
    "$0: At Most $1 required but received $2",
    "$0: expected 64 hex digits",
    "$0 is required",
    "$0 requires $1",
    "$0 excludes $1",
};

using Names = std::vector<std::pair<std::string, std::string>>;

// Result: what stands at $0, $1 and so on of `fault`; nullopt when `said` is another one.
std::optional<Names> NamesIn(absl::string_view fault, absl::string_view said) {
  Names names;
  for (;;) {
    const size_t hole = fault.find('$');
    if (!absl::ConsumePrefix(&said, fault.substr(0, hole))) return std::nullopt;
    if (hole == absl::string_view::npos) {
      return said.empty() ? std::optional(std::move(names)) : std::nullopt;
    }
    const absl::string_view number = fault.substr(hole, 2);
    fault.remove_prefix(hole + number.size());
    const absl::string_view after = fault.substr(0, fault.find('$'));
    // The last piece stands at the end; what looks like it may stand in a name before.
    const size_t end = after.empty()                  ? said.size()
                       : after.size() == fault.size() ? said.rfind(after)
                                                      : said.find(after);
    if (end == absl::string_view::npos) return std::nullopt;
    names.emplace_back(number, said.substr(0, end));
    said.remove_prefix(end);
  }
}

// Result: what CLI11 `said`, in the language; as it is where the sentence is not known.
std::string FaultInWords(absl::string_view said, Language language) {
  for (const absl::string_view fault : kFaults) {
    const auto names = NamesIn(fault, said);
    if (names.has_value()) return absl::StrReplaceAll(InLanguage(language, fault), *names);
  }
  return std::string(said);
}

std::vector<CLI::App*> CommandsBelow(CLI::App& app) {
  // Groups of options are subcommands without a name.
  return app.get_subcommands([](CLI::App* command) { return !command->get_name().empty(); });
}

void CompleteCommand(const std::string& path, CLI::App& command) {
  command
      .add_option_function<std::string>(
          kOutput, [](const std::string&) {}, "text, or json: one object a line")
      ->check(CLI::IsMember({"text", "json"}));
  command
      .add_option_function<std::string>(
          kLang, [](const std::string&) {}, "zh or en; default: as the locale says")
      ->check(CLI::IsMember({"zh", "en"}));
  std::string footer = command.get_footer();
  if (!footer.empty()) absl::StrAppend(&footer, "\n");
  if (const CommandFact* fact = FindCommandFact(path); fact != nullptr) {
    absl::StrAppend(&footer, "Example:\n  ", fact->example, "\n");
  }
  absl::StrAppend(&footer, command.get_option_no_throw("--expect") == nullptr ? kExitCodes
                                                                              : kExitCodesOfExpect);
  command.footer(footer);
}

void CompleteCommands(const std::string& path, CLI::App& app) {
  const std::vector<CLI::App*> below = CommandsBelow(app);
  if (below.empty()) CompleteCommand(path, app);
  for (CLI::App* command : below) {
    CompleteCommands(absl::StrCat(path, " ", command->get_name()), *command);
  }
}

}  // namespace

int ParseCommandLine(CLI::App& app, std::span<const std::string> args, Display& out, Display& err) {
  const auto language = LanguageFromName(ValueOf(kLang, args));
  for (Display* display : {&out, &err}) {
    if (language.has_value()) display->SetLanguage(*language);
  }
  CompleteCommands(app.get_name(), app);
  if (out.language() == Language::kChinese) {
    SpeakChinese(std::make_shared<ChineseHelpFormat>(), app);
  }
  const auto form = ValueOf(kOutput, args) == "json" ? Display::Form::kJson : Display::Form::kText;
  // CLI11 takes the words last first.
  std::vector<std::string> words(args.rbegin(), args.rend());
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::ostringstream help, nothing;
      app.exit(error, help, nothing);
      out.ShowLines(help.str());
      return kExitHelpShown;
    }
    err.SetForm(form);
    err << "the command line is wrong: " << FaultInWords(error.what(), err.language())
        << "\nRun with --help for more information.\n";
    ShowJson({{"error", ErrorJson(absl::InvalidArgumentError(error.what()))}}, err);
    return kExitUsage;
  }
  out.SetForm(form);
  err.SetForm(form);
  return kExitOk;
}

int Report(const absl::Status& status, Display& err) {
  if (status.ok()) return kExitOk;
  const ShownJson error = ErrorJson(status);
  const auto reason = ReasonOf(status);
  if (!reason.has_value()) {
    err << "mrgctl: " << error["message"].get<std::string>();
  } else if (err.language() == Language::kChinese) {
    err << "mrgctl: " << InfoOf(*reason).chinese << " (" << status.message()
        << ")\n  next 下一步: " << InfoOf(*reason).next_step_zh;
  } else {
    err << "mrgctl: " << status.message() << " (" << InfoOf(*reason).chinese
        << ")\n  next 下一步: " << InfoOf(*reason).next_step << " (" << InfoOf(*reason).next_step_zh
        << ")";
  }
  err << "\n";
  ShowJson({{"error", error}}, err);
  return kExitFailed;
}

ShownJson ErrorJson(const absl::Status& status) {
  ShownJson error = {{"code", absl::StatusCodeToString(status.code())}};
  const auto reason = ReasonOf(status);
  if (reason.has_value()) error["reason"] = std::string(TokenOf(*reason));
  if (!status.message().empty()) {
    error["message"] = std::string(status.message());
  } else if (absl::IsUnimplemented(status)) {
    error["message"] =
        "the node does not have this call; is it of another version, or the wrong listener?";
  } else {
    error["message"] = absl::StrCat("the node answered ", absl::StatusCodeToString(status.code()),
                                    " and said no more");
  }
  if (reason.has_value()) {
    error["messageZh"] = std::string(InfoOf(*reason).chinese);
    error["nextStep"] = std::string(InfoOf(*reason).next_step);
    error["nextStepZh"] = std::string(InfoOf(*reason).next_step_zh);
  }
  return error;
}

int ReportUsage(absl::string_view command, absl::string_view expected, Display& err) {
  err << command << ": " << InLanguage(err.language(), expected) << "\n";
  ShowJson(
      {{"error", ErrorJson(absl::InvalidArgumentError(absl::StrCat(command, ": ", expected)))}},
      err);
  return kExitUsage;
}

}  // namespace mrg
