#include "gateway/answer/authorization.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/base/admin_identity.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"

namespace mrg {
namespace {

absl::Status RuleInvalid(size_t rule, absl::string_view field, absl::string_view expected) {
  return MakeError(Reason::kConfigInvalid, absl::StrCat("authorization.rules[", rule, "].", field,
                                                        ": expected ", expected));
}

bool IsMethodPattern(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  return parts.size() == 2 && absl::StrContains(parts[0], '.') && !parts[1].empty() &&
         !absl::StrContains(parts[0], '*') &&
         (parts[1] == "*" || !absl::StrContains(parts[1], '*'));
}

bool IsIdentityPattern(absl::string_view text) {
  // With each "/*" segment replaced by a plain one it must be a SPIFFE id; a "*" anywhere else
  // remains and is refused.
  std::vector<std::string> segments = absl::StrSplit(text, '/');
  for (size_t i = 3; i < segments.size(); ++i) {
    if (segments[i] == "*") segments[i] = "x";
  }
  std::string plain;
  for (size_t i = 0; i < segments.size(); ++i) absl::StrAppend(&plain, i ? "/" : "", segments[i]);
  return SpiffeIdKind::IsValid(plain);
}

bool MatchesIdentity(absl::string_view pattern, const SpiffeId& identity) {
  const std::vector<absl::string_view> want = absl::StrSplit(pattern, '/');
  const std::vector<absl::string_view> have = absl::StrSplit(identity.value(), '/');
  return std::equal(want.begin(), want.end(), have.begin(), have.end(),
                    [](absl::string_view w, absl::string_view h) { return w == "*" || w == h; });
}

bool MatchesMethod(const std::vector<std::string>& patterns, absl::string_view full_method) {
  for (absl::string_view pattern : patterns) {
    if (pattern == full_method) return true;
    if (absl::ConsumeSuffix(&pattern, "*") && absl::StartsWith(full_method, pattern)) return true;
  }
  return false;
}

bool Matches(const AuthorizationRule& rule, const Caller& caller) {
  return MatchesIdentity(rule.identity, caller.identity) &&
         MatchesMethod(rule.methods, caller.method);
}

// The NN of "/jurisdiction/NN/...".
std::optional<JurisdictionId> OwnJurisdiction(const SpiffeId& identity) {
  const std::vector<absl::string_view> segments = absl::StrSplit(identity.path(), '/');
  if (segments.size() < 4 || segments[1] != "jurisdiction") return std::nullopt;
  auto id = JurisdictionId::Parse(segments[2]);
  if (!id.ok()) return std::nullopt;
  return *std::move(id);
}

// The code of "/jurisdiction/NN/authority/<issuer code>".
std::optional<IssuerCode> OwnIssuer(const SpiffeId& identity) {
  const std::vector<absl::string_view> segments = absl::StrSplit(identity.path(), '/');
  if (segments.size() != 5 || segments[1] != "jurisdiction" || segments[3] != "authority") {
    return std::nullopt;
  }
  auto code = IssuerCode::Parse(segments[4]);
  if (!code.ok()) return std::nullopt;
  return *std::move(code);
}

template <typename T>
bool Contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool IsForJurisdiction(const AuthorizationRule& rule, const SpiffeId& identity,
                       const JurisdictionId& jurisdiction) {
  if (!rule.jurisdictions.empty()) return Contains(rule.jurisdictions, jurisdiction);
  return OwnJurisdiction(identity) == jurisdiction;
}

bool IsForIssuer(const AuthorizationRule& rule, const SpiffeId& identity,
                 const IssuerCode& issuer) {
  if (!rule.issuer_codes.empty()) return Contains(rule.issuer_codes, issuer);
  return OwnIssuer(identity) == issuer;
}

}  // namespace

Authorization::Authorization(Table table) : table_(std::make_unique<SharedCell<const Table>>()) {
  table_->Store(std::make_shared<const Table>(std::move(table)));
}

void Authorization::Replace(Authorization next) { table_->Store(next.table_->Load()); }

absl::StatusOr<Authorization> Authorization::Create(std::vector<AuthorizationRule> rules,
                                                    std::set<JurisdictionId> served) {
  for (size_t i = 0; i < rules.size(); ++i) {
    if (!IsIdentityPattern(rules[i].identity)) {
      return RuleInvalid(i, "identity", "a SPIFFE id whose path segments may be \"*\"");
    }
    if (rules[i].methods.empty()) return RuleInvalid(i, "methods", "at least one");
    for (const std::string& method : rules[i].methods) {
      if (!IsMethodPattern(method)) {
        return RuleInvalid(i, "methods",
                           absl::StrCat("package.Service/Method or package.Service/*"
                                        ", got \"",
                                        method, "\""));
      }
    }
  }
  return Authorization(Table{std::move(rules), std::move(served)});
}

absl::Status Authorization::Authorize(const Caller& caller) const {
  if (caller.identity == AdminIdentity()) return absl::OkStatus();
  const auto table = table_->Load();
  for (const AuthorizationRule& rule : table->rules) {
    if (Matches(rule, caller)) {
      return absl::OkStatus();
    }
  }
  return MakeError(
      Reason::kIdentityNotListed,
      absl::StrCat("expected a rule for ", caller.identity.value(), " and ", caller.method));
}

bool Authorization::Lists(const SpiffeId& identity) const {
  if (identity == AdminIdentity()) return true;
  const auto table = table_->Load();
  return std::ranges::any_of(table->rules, [&](const AuthorizationRule& rule) {
    return MatchesIdentity(rule.identity, identity);
  });
}

absl::Status Authorization::AuthorizeUse(const Caller& caller,
                                         const JurisdictionId& using_jurisdiction,
                                         const ScenarioId& scenario) const {
  return AuthorizeFor(caller, using_jurisdiction, &scenario);
}

absl::Status Authorization::AuthorizeJurisdiction(const Caller& caller,
                                                  const JurisdictionId& jurisdiction) const {
  return AuthorizeFor(caller, jurisdiction, nullptr);
}

absl::StatusOr<IssuerCode> Authorization::AuthorizeStatus(
    const Caller& caller, const JurisdictionId& jurisdiction, const LicenceTypeCode& type_code,
    const std::optional<IssuerCode>& stated) const {
  MRG_RETURN_IF_ERROR(AuthorizeJurisdiction(caller, jurisdiction));
  const std::optional<IssuerCode> issuer = stated.has_value() ? stated : OwnIssuer(caller.identity);
  if (!issuer.has_value()) {
    return MakeFieldError(Reason::kFieldRequired, "issuer_code",
                          "expected a code, since the caller's identity names no authority");
  }
  const auto table = table_->Load();
  // One rule has to allow all of it: two narrow ones do not make a wide one.
  for (const AuthorizationRule& rule : table->rules) {
    if (Matches(rule, caller) && IsForJurisdiction(rule, caller.identity, jurisdiction) &&
        IsForIssuer(rule, caller.identity, *issuer) &&
        (rule.type_codes.empty() || Contains(rule.type_codes, type_code))) {
      return *issuer;
    }
  }
  // The codes are not repeated: what a caller writes there may be anybody's number.
  return MakeError(Reason::kIssuerNotAllowed,
                   absl::StrCat("expected a rule that lets ", caller.identity.value(),
                                " set the status for this issuer_code and type_code"));
}

absl::Status Authorization::AuthorizeFor(const Caller& caller, const JurisdictionId& jurisdiction,
                                         const ScenarioId* scenario) const {
  const auto table = table_->Load();
  bool allowed = false;
  for (const AuthorizationRule& rule : table->rules) {
    if (!Matches(rule, caller)) {
      continue;
    }
    const bool for_scenario =
        scenario == nullptr || rule.scenarios.empty() || Contains(rule.scenarios, *scenario);
    if (for_scenario && IsForJurisdiction(rule, caller.identity, jurisdiction)) {
      allowed = true;
      break;
    }
  }
  if (!allowed) {
    return MakeError(
        Reason::kJurisdictionNotAllowed,
        absl::StrCat("expected a rule that lets ", caller.identity.value(), " ask for ",
                     jurisdiction.value(), scenario == nullptr ? "" : " in this scenario"));
  }
  if (!table->served.contains(jurisdiction)) {
    return MakeError(Reason::kJurisdictionNotServed,
                     absl::StrCat("this node does not serve ", jurisdiction.value()));
  }
  return absl::OkStatus();
}

}  // namespace mrg
