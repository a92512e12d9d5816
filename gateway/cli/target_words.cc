#include "gateway/cli/target_words.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/displayed_text.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/target_paths.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/digest.h"
#include "google/protobuf/text_format.h"
#include "mrg/gateway/v1/agreement.pb.h"
#include "mrg/gateway/v1/catalogue.pb.h"
#include "mrg/gateway/v1/issuer.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

constexpr char kIndent[] = "    ";
// Lines of a file shown when nothing better is known of it.
constexpr size_t kShownLinesMax = 40;
// Lines compared; the cost is their product.
constexpr size_t kComparedLinesMax = 4000;

// Joins pieces of which those that are literals of ours speak the language.
class Sentence {
 public:
  explicit Sentence(Language language) : language_(language) {}

  Sentence& Say(absl::string_view english) {
    absl::StrAppend(&text_, InLanguage(language_, english));
    return *this;
  }
  Sentence& Add(absl::string_view text) {
    absl::StrAppend(&text_, text);
    return *this;
  }
  Sentence& AddTime(const google::protobuf::Timestamp& time) {
    return Add(ShownTime(language_, ToTime(time)));
  }
  Sentence& AddPeriod(const google::protobuf::Timestamp& from, bool has_until,
                      const google::protobuf::Timestamp& until) {
    Say("from ").AddTime(from);
    return has_until ? Say(" until ").AddTime(until) : *this;
  }

  const std::string& text() const { return text_; }

 private:
  const Language language_;
  std::string text_;
};

// Digests as everywhere, longer bytes, such as keys, by theirs: nobody compares octal.
class BytesPrinter : public google::protobuf::TextFormat::FastFieldValuePrinter {
  using Generator = google::protobuf::TextFormat::BaseTextGenerator;

  void PrintString(const std::string& text, Generator* out) const override {
    out->PrintString(absl::StrCat("\"", absl::Utf8SafeCEscape(text), "\""));
  }
  void PrintBytes(const std::string& bytes, Generator* out) const override {
    out->PrintString(bytes.size() == kDigestBytes ? SpokenDigest(bytes)
                                                  : absl::StrCat(bytes.size(), " bytes, sha256 ",
                                                                 SpokenDigest(Sha256(bytes))));
  }
};

std::string TextOf(const google::protobuf::Message& message) {
  google::protobuf::TextFormat::Printer printer;
  printer.SetDefaultFieldValuePrinter(new BytesPrinter());  // which it owns
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

template <typename Message>
std::string TextOfBytes(absl::string_view bytes) {
  Message message;
  if (!ParseCanonicalInto(bytes, &message)) return "unreadable\n";
  return TextOf(message);
}

// Each as Word(), so that none imitates what stands beside it.
std::string Words(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return absl::StrJoin(texts, " ", [](std::string* out, const std::string& text) {
    absl::StrAppend(out, Word(text));
  });
}

// "SM2_SM3" of "SIGNATURE_ALGORITHM_SM2_SM3".
absl::string_view WithoutPrefix(absl::string_view name, absl::string_view prefix) {
  return absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name;
}

std::string IssuerInWords(absl::string_view id, const gateway::v1::IssuerEntry& entry,
                          Language language) {
  Sentence words(language);
  words.Say("issuer ").Add(Word(entry.issuer_code())).Add(" ").Add(Quoted(entry.name()));
  words.Say(", key ").Add(SpokenHex(id.substr(id.find('/') + 1, 16))).Add(", ");
  words.Add(WithoutPrefix(gateway::v1::SignatureAlgorithm_Name(entry.algorithm()),
                          "SIGNATURE_ALGORITHM_"));
  words.Say(" for ").Add(
      WithoutPrefix(gateway::v1::IssuerKeyUse_Name(entry.key_use()), "ISSUER_KEY_USE_"));
  words.Say(", types ").Add(Words(entry.type_codes()));
  words.Say(", areas ").Add(Words(entry.area_prefixes()));
  words.Say(", listed from ").AddTime(entry.listed_from());
  for (const auto& state : entry.states()) {
    words.Add(", ").Add(
        WithoutPrefix(gateway::v1::IssuerStateKind_Name(state.kind()), "ISSUER_STATE_KIND_"));
    words.Add(" ").AddPeriod(state.from(), state.has_until(), state.until());
  }
  return words.text();
}

std::string PeriodOf(const gateway::v1::Agreement& agreement, Language language) {
  return Sentence(language)
      .AddPeriod(agreement.from(), agreement.has_until(), agreement.until())
      .text();
}

void PrintAgreement(const gateway::v1::Agreement& agreement, Display& out) {
  out << kIndent << "agreement " << Word(agreement.id()) << " revision " << agreement.revision()
      << " between " << Words(agreement.parties()) << ", " << PeriodOf(agreement, out.language())
      << "\n";
  for (const auto& rule : agreement.rules()) {
    out << kIndent << "rule: " << Word(rule.type_code()) << " of "
        << Words(rule.from_jurisdictions()) << " in " << Words(rule.to_jurisdictions()) << " for "
        << Word(rule.scenario()) << ", shows "
        << OwnWords(rule.allowed_elements().empty() ? "nothing" : "")
        << Words(rule.allowed_elements());
    if (rule.freshness_limit() != 0)
      out << ", lists at most " << rule.freshness_limit() << " s old";
    if (rule.grace() != 0) out << ", grace " << rule.grace() << " s";
    if (rule.no_undeclared_members()) out << ", no undeclared members";
    out << "\n";
  }
  for (const auto& pack : agreement.packs()) {
    out << kIndent << "pack: " << Word(pack.type_code()) << " " << Word(pack.standard()) << " "
        << Word(pack.version()) << " of " << Word(pack.owner_jurisdiction()) << ", sha256 "
        << SpokenHex(pack.sha256()) << "\n";
  }
  for (const auto& route : agreement.dispute_routes()) {
    out << kIndent << "disputes: " << route.kind() << " "
        << OwnWords(route.type_code().empty() ? "every type" : "")
        << (route.type_code().empty() ? "" : Word(route.type_code())) << " to "
        << OwnWords(route.jurisdiction().empty() ? "the issuing jurisdiction" : "")
        << (route.jurisdiction().empty() ? "" : Word(route.jurisdiction())) << "\n";
  }
  for (const auto& root : agreement.counterpart_roots()) {
    out << kIndent << Words(root.jurisdictions()) << " published by " << Word(root.member())
        << ", first root: sha256 " << SpokenHex(root.sha256()) << "\n";
  }
}

void PrintRepeal(const gateway::v1::Repeal& repeal, Display& out) {
  out << kIndent << "REPEALS agreement " << Word(repeal.agreement_id())
      << OwnWords(repeal.revision() == 0 ? ", every revision" : " revision ");
  if (repeal.revision() != 0) out << repeal.revision();
  out << ", from " << ToTime(repeal.effective_from()) << "\n";
}

bool IsOf(TargetKind kind, absl::string_view path) {
  const auto name = ParseTargetPath(path);
  return name.ok() && name->kind == kind;
}

std::vector<std::string> LinesOf(absl::string_view text) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

std::string EntryInWords(absl::string_view path, absl::string_view id, absl::string_view value,
                         Language language) {
  Sentence words(language);
  if (IsOf(TargetKind::kIssuers, path)) {
    gateway::v1::IssuerEntry entry;
    if (ParseCanonicalInto(value, &entry)) return IssuerInWords(id, entry, language);
    return words.Say("issuer ").Add(SpokenEntryId(id)).Say(": unreadable").text();
  }
  if (IsOf(TargetKind::kCatalogue, path)) {
    gateway::v1::CatalogueEntry entry;
    words.Say("type ").Add(Word(id));
    if (!ParseCanonicalInto(value, &entry)) return words.Say(": unreadable").text();
    words.Add(" ").Add(Quoted(entry.name())).Add(", ").Add(absl::StrCat(entry.elements_size()));
    return words.Say(" elements, standards ").Add(Words(entry.standards())).text();
  }
  return SpokenEntryId(id);
}

std::string EntryText(absl::string_view path, absl::string_view value) {
  if (IsOf(TargetKind::kIssuers, path)) return TextOfBytes<gateway::v1::IssuerEntry>(value);
  if (IsOf(TargetKind::kCatalogue, path)) return TextOfBytes<gateway::v1::CatalogueEntry>(value);
  return "";
}

std::string TargetText(absl::string_view path, absl::string_view bytes) {
  if (path == kFederationPath) return TextOfBytes<trustlist::v1::Federation>(bytes);
  if (path == kContactPath) return TextOfBytes<trustlist::v1::Contact>(bytes);
  if (path == kLogKeysPath) return TextOfBytes<trustlist::v1::LogKeys>(bytes);
  return std::string(bytes);
}

void PrintNewTarget(absl::string_view path, absl::string_view bytes, Display& out) {
  gateway::v1::Agreement agreement;
  gateway::v1::Repeal repeal;
  if (absl::StrContains(path, "/agreements/") &&
      ParseTextMessage(bytes, Reason::kAgreementInvalid, &agreement).ok()) {
    PrintAgreement(agreement, out);
    return;
  }
  if (absl::StrContains(path, "/repeals/") &&
      ParseTextMessage(bytes, Reason::kAgreementInvalid, &repeal).ok()) {
    PrintRepeal(repeal, out);
    return;
  }
  const std::vector<std::string> lines = LinesOf(TargetText(path, bytes));
  for (size_t i = 0; i < lines.size() && i < kShownLinesMax; ++i) {
    out << kIndent << "+ " << lines[i] << "\n";
  }
  if (lines.size() > kShownLinesMax) {
    out << kIndent << "and " << lines.size() - kShownLinesMax << " more lines\n";
  }
}

void PrintLineDiff(const std::string& before, const std::string& after, Display& out) {
  const std::vector<std::string> a = LinesOf(before);
  const std::vector<std::string> b = LinesOf(after);
  if (a.size() > kComparedLinesMax || b.size() > kComparedLinesMax) {
    out << kIndent << "too long to compare: " << a.size() << " lines, now " << b.size() << "\n";
    return;
  }
  // same[i][j]: lines that a from i on and b from j on have in common, in order.
  std::vector<std::vector<uint16_t>> same(a.size() + 1, std::vector<uint16_t>(b.size() + 1, 0));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      same[i][j] = a[i] == b[j] ? static_cast<uint16_t>(same[i + 1][j + 1] + 1)
                                : std::max(same[i + 1][j], same[i][j + 1]);
    }
  }
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
    } else if (j == b.size() || (i < a.size() && same[i + 1][j] >= same[i][j + 1])) {
      out << kIndent << "- " << a[i++] << "\n";
    } else {
      out << kIndent << "+ " << b[j++] << "\n";
    }
  }
}

}  // namespace mrg
