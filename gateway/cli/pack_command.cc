#include "gateway/cli/pack_command.h"

#include <memory>
#include <set>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/dictionary.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/outcome_words.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/digest.h"
#include "gateway/translation/compiled_pack.h"
#include "gateway/translation/source_report.h"

namespace mrg {
namespace {

struct PackFlags {
  std::string dictionary;
  std::vector<std::string> packs;
  std::string pack;
  std::string document;
  std::string to;
};

absl::StatusOr<Dictionary> ReadDictionary(const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
  return Dictionary::Parse(bytes);
}

absl::StatusOr<std::shared_ptr<const CompiledPack>> ReadPack(const std::string& path,
                                                             const Dictionary& dictionary) {
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
  return CompiledPack::Compile(bytes, dictionary);
}

// All packs are looked at, so that one run shows every fault.
int Check(const PackFlags& flags, Display& out, Display& err) {
  const absl::StatusOr<Dictionary> dictionary = ReadDictionary(flags.dictionary);
  if (!dictionary.ok()) return Report(dictionary.status(), err);
  int code = kExitOk;
  for (const std::string& path : flags.packs) {
    const auto pack = ReadPack(path, *dictionary);
    if (!pack.ok()) {
      ShowJson({{"file", path}, {"error", ErrorJson(pack.status())}}, out);
      err << path << ": ";
      code = Report(pack.status(), err);
      continue;
    }
    ShowJson({{"file", path},
              {"typeCode", (*pack)->type_code()},
              {"standard", (*pack)->standard()},
              {"version", (*pack)->version()},
              {"ownerJurisdiction", (*pack)->owner_jurisdiction()},
              {"tests", (*pack)->message().tests_size()}},
             out);
    out << path << ": " << (*pack)->type_code() << " " << (*pack)->standard() << " version "
        << (*pack)->version() << " of " << (*pack)->owner_jurisdiction() << ", "
        << (*pack)->message().tests_size() << " tests pass\n";
  }
  return code;
}

absl::Status Digest(const PackFlags& flags, Display& out) {
  for (const std::string& path : flags.packs) {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(path));
    const std::string sha256 = Sha256(bytes);
    out << SpokenDigest(sha256) << "  " << path << "\n";
    ShowJson({{"file", path}, {"sha256", absl::BytesToHexString(sha256)}}, out);
  }
  return absl::OkStatus();
}

std::string InWords(const gateway::v1::Value& value, const Dictionary& dictionary) {
  switch (value.kind_case()) {
    case gateway::v1::Value::kText:
      return value.text();
    case gateway::v1::Value::kDate:
      return value.date();
    case gateway::v1::Value::kInteger:
      return absl::StrCat(value.integer());
    case gateway::v1::Value::kDecimal:
      return absl::StrCat(value.decimal().value(), " ", value.decimal().unit(), " ",
                          value.decimal().currency());
    case gateway::v1::Value::kCode: {
      const CodeList* list = dictionary.FindCodeList(value.code().list());
      return absl::StrCat(value.code().value(), " ",
                          list == nullptr ? "" : list->NameOf(value.code().value()));
    }
    default:
      return std::string();
  }
}

std::string InWords(const gateway::v1::Element& element, const Dictionary& dictionary) {
  if (element.long_term()) return "长期";
  std::vector<std::string> words;
  for (const auto& value : element.values()) words.push_back(InWords(value, dictionary));
  return absl::StrJoin(words, "; ");
}

void ExplainReading(const CompiledPack& pack, const ReadResult& read, const Dictionary& dictionary,
                    Display& out) {
  for (size_t i = 0; i < read.elements.size(); ++i) {
    const gateway::v1::Element& element = read.elements[i];
    out << std::string(read.paths[i]) << " -> " << element.id() << " "
        << dictionary.Find(element.id())->name_zh() << " = " << InWords(element, dictionary);
    if (read.accuracies[i] != gateway::v1::PAIR_ACCURACY_EXACT) {
      const ReasonInfo& info = InfoOf(SourceReason(read.accuracies[i]));
      out << " " << std::string(info.token) << " " << std::string(info.chinese);
    }
    out << "\n";
  }
  for (const ElementIssue& issue : read.issues) {
    out << "issue: " << issue.path << " " << issue.element_id << " "
        << std::string(TokenOf(issue.reason)) << " " << std::string(InfoOf(issue.reason).chinese)
        << "\n";
  }
  PrintUndeclared(UndeclaredIn(read), out);
  for (const auto& loss : pack.message().declared_losses()) {
    out << "declared loss: " << loss.element_id() << ": " << loss.why() << "\n";
  }
}

ShownJson ReadingJson(const CompiledPack& pack, const ReadResult& read,
                      const Dictionary& dictionary) {
  ShownJson json;
  for (const char* list : {"elements", "issues", "declaredLosses"}) json[list] = ShownJson::array();
  for (size_t i = 0; i < read.elements.size(); ++i) {
    const gateway::v1::Element& element = read.elements[i];
    ShownJson shown = {{"path", std::string(read.paths[i])},
                       {"elementId", element.id()},
                       {"nameZh", dictionary.Find(element.id())->name_zh()},
                       {"value", InWords(element, dictionary)}};
    if (read.accuracies[i] != gateway::v1::PAIR_ACCURACY_EXACT) {
      shown["reason"] = std::string(TokenOf(SourceReason(read.accuracies[i])));
    }
    json["elements"].push_back(shown);
  }
  for (const ElementIssue& issue : read.issues) {
    json["issues"].push_back({{"path", issue.path},
                              {"elementId", issue.element_id},
                              {"reason", std::string(TokenOf(issue.reason))}});
  }
  json["undeclared"] = ToJson(UndeclaredIn(read));
  for (const auto& loss : pack.message().declared_losses()) {
    json["declaredLosses"].push_back(ToJson(loss));
  }
  return json;
}

ShownJson WritingJson(const CompiledPack& pack, const WriteResult& written) {
  ShownJson json = {{"standard", pack.standard()}, {"document", written.document}};
  json["reports"] = ShownJson::array();
  for (const auto& report : written.reports) json["reports"].push_back(ToJson(report));
  return json;
}

WriteResult Written(const CompiledPack& pack, const ReadResult& read) {
  std::set<std::string> ids;
  for (const auto& element : read.elements) ids.insert(element.id());
  return pack.WriteTranslation(read, ids);
}

void ExplainWriting(const CompiledPack& pack, const WriteResult& written, Display& out) {
  out << "in " << pack.standard() << ":\n" << written.document << "\n";
  for (const auto& report : written.reports) {
    constexpr absl::string_view kPrefix = "ELEMENT_OUTCOME_";
    out << report.element_id() << " "
        << gateway::v1::ElementOutcome_Name(report.outcome()).substr(kPrefix.size());
    if (!report.path().empty()) out << " at " << report.path();
    if (!report.reason().empty()) out << " " << report.reason();
    out << "\n";
  }
}

absl::Status Explain(const PackFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Dictionary dictionary, ReadDictionary(flags.dictionary));
  MRG_ASSIGN_OR_RETURN(const auto pack, ReadPack(flags.pack, dictionary));
  MRG_ASSIGN_OR_RETURN(const std::string document, ReadWholeFile(flags.document));
  MRG_ASSIGN_OR_RETURN(const ReadResult read, pack->ReadDocument(document));
  ExplainReading(*pack, read, dictionary, out);
  ShownJson json = ReadingJson(*pack, read, dictionary);
  if (flags.to.empty()) {
    ShowJson(json, out);
    return absl::OkStatus();
  }
  MRG_ASSIGN_OR_RETURN(const auto other, ReadPack(flags.to, dictionary));
  if (other->type_code() != pack->type_code()) {
    return MakeError(Reason::kPackInvalid, "--to: expected a pack of the same licence type");
  }
  const WriteResult written = Written(*other, read);
  ExplainWriting(*other, written, out);
  json["written"] = WritingJson(*other, written);
  ShowJson(json, out);
  return absl::OkStatus();
}

}  // namespace

int RunPackCommand(std::span<const std::string> args, Display& out, Display& err) {
  PackFlags flags;
  CLI::App app("Checks and explains mapping packs", "mrgctl pack");
  app.require_subcommand(1);
  CLI::App* check = app.add_subcommand("check", "checks packs and runs the tests inside them");
  CLI::App* explain = app.add_subcommand("explain", "shows what a pack makes of a document");
  CLI::App* digest =
      app.add_subcommand("digest", "prints the SHA-256 by which agreements name packs");
  for (CLI::App* command : {check, explain}) {
    command->add_option("--dictionary", flags.dictionary, "the canonical dictionary")->required();
  }
  for (CLI::App* command : {check, digest}) {
    command->add_option("pack", flags.packs, "pack files")->required();
  }
  explain->add_option("--to", flags.to, "pack of the standard to write the document in");
  explain->add_option("pack", flags.pack, "pack of the document's standard")->required();
  explain->add_option("document", flags.document, "one licence document")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (check->parsed()) return Check(flags, out, err);
  return Report(explain->parsed() ? Explain(flags, out) : Digest(flags, out), err);
}

}  // namespace mrg
