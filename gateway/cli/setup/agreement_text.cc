#include "gateway/cli/setup/agreement_text.h"

#include <set>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/agreement/agreement.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/crypto/digest.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {
namespace {

using trustlist::v1::FederationMember;

std::string Line(absl::string_view field, absl::string_view value) {
  // UTF-8 stays readable, since parties compare what they sign.
  return absl::StrCat(field, ": \"", absl::Utf8SafeCHexEscape(value), "\"\n");
}

template <typename Values>
std::string Lines(absl::string_view field, const Values& values) {
  std::string text;
  for (const std::string& value : values) absl::StrAppend(&text, Line(field, value));
  return text;
}

std::string Rule(const AgreementPlan& plan, const std::string& type_code,
                 const FederationMember& from, const FederationMember& to) {
  return absl::StrCat(
      "\n# ", type_code, ": issued in ", from.member(), ", used in ", to.member(), ".\nrules {\n",
      Line("  type_code", type_code), Lines("  from_jurisdictions", from.jurisdictions()),
      Lines("  to_jurisdictions", to.jurisdictions()), Line("  scenario", plan.scenario),
      "  # What of a licence may be shown; everything else is withheld.\n",
      Lines("  allowed_elements", plan.elements), "}\n");
}

std::string Root(const FederationMember& member) {
  return absl::StrCat("counterpart_roots {\n", Line("  member", member.member()),
                      Line("  sha256", absl::BytesToHexString(member.first_root_sha256())),
                      Lines("  jurisdictions", member.jurisdictions()), "}\n");
}

// Parties must list these very bytes, so the agreement names their digest.
absl::StatusOr<std::string> Pack(const std::string& text) {
  gateway::v1::MappingPack pack;
  const absl::Status parsed = ParseTextMessage(text, Reason::kPackInvalid, &pack);
  if (!parsed.ok()) {
    return MakeFieldError(Reason::kPackInvalid, "--pack",
                          absl::StrCat("expected the text of a mapping pack: ", parsed.message()));
  }
  return absl::StrCat("packs {\n", Line("  type_code", pack.type_code()),
                      Line("  standard", pack.standard()), Line("  version", pack.version()),
                      Line("  sha256", absl::BytesToHexString(Sha256(text))),
                      Line("  owner_jurisdiction", pack.owner_jurisdiction()), "}\n");
}

std::string Head(const AgreementPlan& plan) {
  std::set<std::string> parties;
  std::vector<std::string> names;
  for (const FederationMember& member : plan.members) {
    names.push_back(member.member());
    parties.insert(member.jurisdictions().begin(), member.jurisdictions().end());
  }
  return absl::StrCat(
      "# Agreement between ", absl::StrJoin(names, ", "), ", made by `mrgctl agreement new`.\n",
      "# Every party stages these very bytes. A change is a new revision.\n\n", Line("id", plan.id),
      "revision: 1\ndictionary_version: ", plan.dictionary_version, "\n", Lines("parties", parties),
      "\n# ", absl::FormatTime(absl::RFC3339_sec, plan.from, absl::UTCTimeZone()),
      "\nfrom { seconds: ", absl::ToUnixSeconds(plan.from), " }\n\nscenarios {\n",
      Line("  id", plan.scenario), Line("  zh", plan.scenario_zh), Line("  en", plan.scenario_en),
      "}\n");
}

// Result: `status` of the whole text, with the flag that the field came from.
absl::Status AtFlag(const absl::Status& status) {
  const std::string field = FieldOf(status);
  for (const auto& [part, flag] :
       {std::pair("packs", "--pack"), std::pair("type_code", "--type"),
        std::pair("allowed_elements", "--element"), std::pair("scenario", "--scenario"),
        std::pair("counterpart_roots", "--member"), std::pair("parties", "--member"),
        std::pair("jurisdictions", "--member"),
        std::pair("dictionary_version", "--dictionary-version"), std::pair("from", "--from"),
        std::pair("id", "--id")}) {
    if (!absl::StrContains(field, part)) continue;
    absl::string_view words = status.message();
    absl::ConsumePrefix(&words, absl::StrCat(TokenOf(Reason::kAgreementInvalid), ": "));
    return MakeFieldError(Reason::kAgreementInvalid, flag, words);
  }
  return status;
}

}  // namespace

absl::StatusOr<std::string> AgreementText(const AgreementPlan& plan) {
  std::set<std::string> names;
  for (const FederationMember& member : plan.members) names.insert(member.member());
  if (names.size() < 2 || names.size() != plan.members.size()) {
    return MakeFieldError(Reason::kFieldMalformed, "--member",
                          "expected the files of two or more different members");
  }
  std::set<std::string> provinces;
  for (const FederationMember& member : plan.members) {
    for (const std::string& code : member.jurisdictions()) {
      if (provinces.insert(code).second) continue;
      return MakeFieldError(
          Reason::kFieldMalformed, "--member",
          absl::StrCat("expected each province with one member, found ", code, " with two"));
    }
  }
  std::string text = Head(plan);
  for (const std::string& type_code : plan.type_codes) {
    for (const FederationMember& from : plan.members) {
      for (const FederationMember& to : plan.members) {
        if (&from != &to) absl::StrAppend(&text, Rule(plan, type_code, from, to));
      }
    }
  }
  absl::StrAppend(
      &text,
      "\n# Which member publishes for which party, and the first root by which its lists "
      "are trusted.\n");
  for (const FederationMember& member : plan.members) absl::StrAppend(&text, Root(member));
  absl::StrAppend(
      &text,
      "\n# How documents of each standard are read and written; the owner lists the pack. "
      "Without one for\n# the standard of a document nothing is recognised (NO_PACK).\n");
  for (const std::string& pack : plan.packs) {
    MRG_ASSIGN_OR_RETURN(const std::string named, Pack(pack));
    absl::StrAppend(&text, named);
  }
  absl::StrAppend(&text,
                  "\n# Where a dispute goes, `dispute_routes` say: "
                  "proto/mrg/gateway/v1/agreement.proto.\n");
  const auto parsed = Agreement::Parse(text);
  if (!parsed.ok()) return AtFlag(parsed.status());
  return text;
}

}  // namespace mrg
