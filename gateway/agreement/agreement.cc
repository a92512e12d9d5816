#include "gateway/agreement/agreement.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/catalogue/text_message.h"

namespace mrg {
namespace {

using gateway::v1::AgreementRule;

// Rules of one agreement; the largest shipped one has nine.
constexpr int kRulesMax = 4096;
constexpr size_t kVersionBytesMax = 32;
constexpr size_t kDisputeKindBytesMax = 64;
// Conditions of one agreement, and repeals of one by one party.
constexpr int kConditionsMax = 64;
constexpr int kFurtherRepealsMax = 1024;
// Longest grace, seconds.
constexpr uint32_t kGraceMax = 24 * 60 * 60;
// Longest term that the working-day calendar counts.
constexpr uint32_t kWorkingDaysMax = 366;

absl::Status Refuse(absl::string_view field, absl::string_view detail) {
  return MakeFieldError(Reason::kAgreementInvalid, field, detail);
}

// Refusals of one row of a repeated field, named "rules[3].scenario".
class Row {
 public:
  Row(absl::string_view field, int index) : name_(absl::StrCat(field, "[", index, "]")) {}

  const std::string& name() const { return name_; }
  std::string Field(absl::string_view field) const { return absl::StrCat(name_, ".", field); }
  absl::Status Refuse(absl::string_view field, absl::string_view detail) const {
    return mrg::Refuse(Field(field), detail);
  }

 private:
  const std::string name_;
};

bool IsHexDigest(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// [a-z0-9.-]{1,32}: a version becomes a part of a target path.
bool IsVersion(absl::string_view text) {
  return !text.empty() && text.size() <= kVersionBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '.' || c == '-';
         });
}

// A token such as FACE_INFORMATION_ERROR.
bool IsDisputeKind(absl::string_view text) {
  return !text.empty() && text.size() <= kDisputeKindBytesMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isupper(c) || c == '_'; });
}

template <typename Range>
bool Holds(const Range& range, absl::string_view wanted) {
  return std::any_of(range.begin(), range.end(),
                     [&](const std::string& one) { return one == wanted; });
}

// What the rules cover, counted without a look at what they say.
size_t UseCount(const gateway::v1::Agreement& message) {
  size_t count = 0;
  for (const AgreementRule& rule : message.rules()) {
    count += static_cast<size_t>(rule.from_jurisdictions_size()) *
             static_cast<size_t>(rule.to_jurisdictions_size());
  }
  return count;
}

// Checks one agreement part by part.
class Checker {
 public:
  explicit Checker(const gateway::v1::Agreement& message) : message_(message) {}

  absl::Status Check() {
    if (!AgreementId::Parse(message_.id()).ok()) return Refuse("id", "expected [a-z0-9-]{1,64}");
    if (message_.revision() == 0) return Refuse("revision", "expected a revision from 1");
    if (message_.dictionary_version() == 0) {
      return Refuse("dictionary_version", "expected a version from 1");
    }
    MRG_RETURN_IF_ERROR(CheckTimes());
    MRG_RETURN_IF_ERROR(CheckParties());
    MRG_RETURN_IF_ERROR(CheckScenarios());
    MRG_RETURN_IF_ERROR(CheckConditions());
    MRG_RETURN_IF_ERROR(CheckRules());
    MRG_RETURN_IF_ERROR(CheckPacks());
    MRG_RETURN_IF_ERROR(CheckRoutes());
    return CheckRoots();
  }

 private:
  absl::Status CheckTimes() const {
    if (!message_.has_from()) return Refuse("from", "expected a time");
    if (!message_.has_until()) return absl::OkStatus();
    if (ToTime(message_.until()) <= ToTime(message_.from())) {
      return Refuse("until", "expected a time after `from`");
    }
    return absl::OkStatus();
  }

  absl::Status CheckParties() {
    for (const std::string& party : message_.parties()) {
      if (!JurisdictionId::Parse(party).ok()) {
        return Refuse("parties", absl::StrCat("expected ", JurisdictionIdKind::kExpected));
      }
      if (!parties_.insert(party).second) return Refuse("parties", "a party stands twice");
    }
    if (parties_.size() < 2) return Refuse("parties", "expected at least two");
    return absl::OkStatus();
  }

  absl::Status CheckScenarios() {
    for (int i = 0; i < message_.scenarios_size(); ++i) {
      const auto& scenario = message_.scenarios(i);
      const Row row("scenarios", i);
      if (!ScenarioId::Parse(scenario.id()).ok()) {
        return row.Refuse("id", absl::StrCat("expected ", ScenarioIdKind::kExpected));
      }
      if (scenario.zh().empty()) return row.Refuse("zh", "expected a Chinese name");
      if (scenario.en().empty()) return row.Refuse("en", "expected an English name");
      if (!scenarios_.insert(scenario.id()).second) {
        return row.Refuse("id", "a scenario stands twice");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckConditions() {
    if (message_.conditions_size() > kConditionsMax) {
      return Refuse("conditions", absl::StrCat("expected at most ", kConditionsMax));
    }
    for (int i = 0; i < message_.conditions_size(); ++i) {
      const auto& condition = message_.conditions(i);
      const Row row("conditions", i);
      if (!ScenarioId::Parse(condition.id()).ok()) {
        return row.Refuse("id", "expected [a-z0-9-]{1,64}");
      }
      if (condition.zh().empty()) return row.Refuse("zh", "expected a text in Chinese");
      if (condition.en().empty()) return row.Refuse("en", "expected a text in English");
      if (!conditions_.insert(condition.id()).second) {
        return row.Refuse("id", "a condition stands twice");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRules() {
    if (message_.rules_size() > kRulesMax) {
      return Refuse("rules", absl::StrCat("expected at most ", kRulesMax));
    }
    if (UseCount(message_) > kAgreementUsesMax) {
      return Refuse("rules", absl::StrCat("expected at most ", kAgreementUsesMax,
                                          " uses: from, to, type and scenario"));
    }
    for (int i = 0; i < message_.rules_size(); ++i) {
      const AgreementRule& rule = message_.rules(i);
      const Row row("rules", i);
      if (!LicenceTypeCode::Parse(rule.type_code()).ok()) {
        return row.Refuse("type_code", absl::StrCat("expected ", LicenceTypeCodeKind::kExpected));
      }
      if (scenarios_.count(rule.scenario()) == 0) {
        return row.Refuse("scenario", "expected one of the agreement's scenarios");
      }
      MRG_RETURN_IF_ERROR(CheckSide(row.Field("from_jurisdictions"), rule.from_jurisdictions()));
      MRG_RETURN_IF_ERROR(CheckSide(row.Field("to_jurisdictions"), rule.to_jurisdictions()));
      MRG_RETURN_IF_ERROR(CheckOneRulePerUse(rule, row));
      MRG_RETURN_IF_ERROR(CheckTerms(rule, row));
    }
    return absl::OkStatus();
  }

  // What a rule grants and under which terms.
  absl::Status CheckTerms(const AgreementRule& rule, const Row& row) const {
    std::set<std::string> elements;
    for (const std::string& id : rule.allowed_elements()) {
      if (id.empty() || id.size() > kElementIdBytesMax || !elements.insert(id).second) {
        return row.Refuse("allowed_elements", "expected ids of 1 to 64 bytes, each once");
      }
    }
    std::set<std::string> conditions;
    for (const std::string& id : rule.conditions()) {
      if (conditions_.count(id) == 0 || !conditions.insert(id).second) {
        return row.Refuse("conditions", "expected conditions of the agreement, each once");
      }
    }
    // A promise that this version would not keep must not be signed.
    if (rule.freshness_limit() != 0) {
      return row.Refuse("freshness_limit", "not in this version: expected 0");
    }
    if (rule.grace() > kGraceMax) {
      return row.Refuse("grace", absl::StrCat("expected at most ", kGraceMax, " seconds"));
    }
    return absl::OkStatus();
  }

  template <typename Range>
  absl::Status CheckSide(absl::string_view field, const Range& jurisdictions) const {
    if (jurisdictions.empty()) return Refuse(field, "expected at least one jurisdiction");
    for (const std::string& jurisdiction : jurisdictions) {
      if (parties_.count(jurisdiction) == 0) return Refuse(field, "expected parties only");
    }
    return absl::OkStatus();
  }

  // Two rules for one use could differ, and neither would be the agreement's.
  absl::Status CheckOneRulePerUse(const AgreementRule& rule, const Row& row) {
    for (const std::string& from : rule.from_jurisdictions()) {
      for (const std::string& to : rule.to_jurisdictions()) {
        if (!uses_.insert({from, to, rule.type_code(), rule.scenario()}).second) {
          return Refuse(row.name(), absl::StrCat("two rules for ", rule.type_code(), " from ", from,
                                                 " to ", to, " in ", rule.scenario()));
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckPacks() const {
    std::set<std::pair<std::string, std::string>> seen;
    for (int i = 0; i < message_.packs_size(); ++i) {
      const auto& pack = message_.packs(i);
      const Row row("packs", i);
      if (!LicenceTypeCode::Parse(pack.type_code()).ok()) {
        return row.Refuse("type_code", absl::StrCat("expected ", LicenceTypeCodeKind::kExpected));
      }
      if (!StandardId::Parse(pack.standard()).ok()) {
        return row.Refuse("standard", absl::StrCat("expected ", StandardIdKind::kExpected));
      }
      if (!IsVersion(pack.version())) return row.Refuse("version", "expected [a-z0-9.-]{1,32}");
      if (!JurisdictionId::Parse(pack.owner_jurisdiction()).ok()) {
        return row.Refuse("owner_jurisdiction",
                          absl::StrCat("expected ", JurisdictionIdKind::kExpected));
      }
      if (!IsHexDigest(pack.sha256())) {
        return row.Refuse("sha256", "expected 64 lower-case hex digits");
      }
      if (!seen.insert({pack.type_code(), pack.standard()}).second) {
        return Refuse(row.name(), "expected one pack for a type and standard");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRoutes() const {
    std::set<std::pair<std::string, std::string>> seen;
    for (int i = 0; i < message_.dispute_routes_size(); ++i) {
      const auto& route = message_.dispute_routes(i);
      const Row row("dispute_routes", i);
      if (!IsDisputeKind(route.kind())) return row.Refuse("kind", "expected [A-Z_]+");
      if (!route.type_code().empty() && !LicenceTypeCode::Parse(route.type_code()).ok()) {
        return row.Refuse("type_code", absl::StrCat("expected ", LicenceTypeCodeKind::kExpected));
      }
      if (!route.jurisdiction().empty() && parties_.count(route.jurisdiction()) == 0) {
        return row.Refuse("jurisdiction", "expected a party");
      }
      if (!route.queue().empty() && !ScenarioId::Parse(route.queue()).ok()) {
        return row.Refuse("queue", "expected [a-z0-9-]{1,64}");
      }
      if (route.accept_working_days() > kWorkingDaysMax) {
        return row.Refuse("accept_working_days", "expected at most 366");
      }
      if (route.decide_working_days() > kWorkingDaysMax) {
        return row.Refuse("decide_working_days", "expected at most 366");
      }
      if (!seen.insert({route.kind(), route.type_code()}).second) {
        return Refuse(row.name(), "expected one route for a kind and type");
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckRoots() const {
    std::set<std::string> seen;
    std::set<std::string> published;
    for (int i = 0; i < message_.counterpart_roots_size(); ++i) {
      const auto& root = message_.counterpart_roots(i);
      const Row row("counterpart_roots", i);
      if (!MemberId::Parse(root.member()).ok() || !seen.insert(root.member()).second) {
        return row.Refuse("member", "expected a member id, each once");
      }
      if (!IsHexDigest(root.sha256())) {
        return row.Refuse("sha256", "expected 64 lower-case hex digits");
      }
      MRG_RETURN_IF_ERROR(CheckSide(row.Field("jurisdictions"), root.jurisdictions()));
      for (const std::string& jurisdiction : root.jurisdictions()) {
        if (!published.insert(jurisdiction).second) {
          return row.Refuse("jurisdictions", "a party stands twice");
        }
      }
    }
    // A party without a member would be whose the hub says it is.
    if (published != parties_) {
      return Refuse("counterpart_roots", "expected each party with one member");
    }
    return absl::OkStatus();
  }

  const gateway::v1::Agreement& message_;
  std::set<std::string> parties_;
  std::set<std::string> scenarios_;
  std::set<std::string> conditions_;
  // Borrowed from the message.
  std::set<std::tuple<absl::string_view, absl::string_view, absl::string_view, absl::string_view>>
      uses_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const Agreement>> Agreement::Parse(absl::string_view bytes) {
  gateway::v1::Agreement message;
  MRG_RETURN_IF_ERROR(ParseTextMessage(bytes, Reason::kAgreementInvalid, &message));
  MRG_RETURN_IF_ERROR(Checker(message).Check());
  return std::shared_ptr<const Agreement>(new Agreement(std::move(message)));
}

bool Agreement::HasParty(absl::string_view jurisdiction) const {
  return Holds(message_.parties(), jurisdiction);
}

size_t Agreement::use_count() const { return UseCount(message_); }

bool Agreement::HasScenario(absl::string_view scenario) const {
  return std::any_of(message_.scenarios().begin(), message_.scenarios().end(),
                     [&](const auto& one) { return one.id() == scenario; });
}

absl::Time Agreement::from() const { return ToTime(message_.from()); }

absl::Time Agreement::until() const {
  return message_.has_until() ? ToTime(message_.until()) : absl::InfiniteFuture();
}

bool Agreement::Covers(absl::Time t) const { return t >= from() && t < until(); }

absl::StatusOr<gateway::v1::Repeal> ParseRepeal(absl::string_view bytes) {
  gateway::v1::Repeal message;
  MRG_RETURN_IF_ERROR(ParseTextMessage(bytes, Reason::kAgreementInvalid, &message));
  if (!AgreementId::Parse(message.agreement_id()).ok()) {
    return Refuse("agreement_id", "expected [a-z0-9-]{1,64}");
  }
  if (!message.has_effective_from()) {
    return Refuse("effective_from", "expected a time");
  }
  if (message.further_size() > kFurtherRepealsMax) {
    return Refuse("further", absl::StrCat("expected at most ", kFurtherRepealsMax));
  }
  for (int i = 0; i < message.further_size(); ++i) {
    if (!message.further(i).has_effective_from()) {
      return Row("further", i).Refuse("effective_from", "expected a time");
    }
  }
  return message;
}

absl::Status CheckIsParty(const gateway::v1::Agreement& agreement, absl::string_view jurisdiction) {
  const auto& parties = agreement.parties();
  if (Holds(parties, jurisdiction)) return absl::OkStatus();
  return Refuse("parties", absl::StrCat("expected ", jurisdiction, ", which lists it, among ",
                                        absl::StrJoin(parties, ", ")));
}

}  // namespace mrg
