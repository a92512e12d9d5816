#include "gateway/recognition/testing/reference_decide.h"

namespace mrg {
namespace {

bool IsIn(Seconds now, std::optional<Seconds> from, std::optional<Seconds> until) {
  if (!from.has_value()) return false;
  if (now < *from) return false;
  if (until.has_value() && now >= *until) return false;
  return true;
}

}  // namespace

ReferenceAnswer ReferenceDecide(const ReferenceCase& facts) {
  // 1. A bad signature is no licence at all.
  if (!facts.signature_good) {
    return {audit::v1::OUTCOME_NOT_RECOGNIZED, {Reason::kSignatureInvalid}};
  }

  // Who left the federation publishes to others no more, and nothing of it counts for them. Of its
  // own provinces it goes on deciding, and by the same rules.
  const bool left = facts.issuing_member_left && !facts.within_one_member;

  // 2. Lists of which a part was left out answer nothing: the part might say otherwise.
  if ((!facts.issuing_lists_whole && !left) || !facts.using_lists_whole) {
    return {audit::v1::OUTCOME_STALE_TRUST, {Reason::kTrustMissing}};
  }

  // 3. Old lists answer nothing, but for the grace of an agreement that covers the question.
  const bool in_force = IsIn(facts.now, facts.agreement_from, facts.agreement_until) && !left;
  const Seconds grace = in_force && facts.agreement_covers_type ? facts.agreement_grace : 0;
  Seconds first_expiry = facts.using_lists_expire;
  if (!left && facts.issuing_lists_expire < first_expiry) {
    first_expiry = facts.issuing_lists_expire;
  }
  if (facts.now >= first_expiry + grace) {
    return {audit::v1::OUTCOME_STALE_TRUST, {Reason::kTrustExpired}};
  }

  // 4. Without an agreement there is no rule, nor with a member that left.
  if (left) {
    return {audit::v1::OUTCOME_NO_RULE, {Reason::kMembershipEnded}};
  }
  if (!in_force) {
    return {audit::v1::OUTCOME_NO_RULE, {Reason::kAgreementNotInForce}};
  }
  if (!facts.agreement_covers_type) {
    return {audit::v1::OUTCOME_NO_RULE, {Reason::kTypeNotCovered}};
  }

  // 5. Everything that speaks against the licence, together.
  std::set<Reason> refusals;
  if (!facts.key_listed) {
    refusals.insert(Reason::kIssuerNotListed);
  } else if (!facts.key_signs) {
    refusals.insert(Reason::kIssuerKeyUse);
  } else if (facts.key_compromised) {
    refusals.insert(Reason::kIssuerCompromised);
  } else if (facts.now < facts.key_listed_from) {
    refusals.insert(Reason::kIssuerNotYetListed);
  } else if (IsIn(facts.now, facts.key_suspended_from, facts.key_suspended_until)) {
    refusals.insert(Reason::kIssuerSuspended);
  } else if (!facts.key_for_type) {
    refusals.insert(Reason::kIssuerNotForType);
  }
  const bool retired = facts.key_listed && IsIn(facts.now, facts.key_retired_from, std::nullopt);
  if (retired && facts.issued >= *facts.key_retired_from) refusals.insert(Reason::kIssuerRetired);
  if (facts.now < facts.valid_from) refusals.insert(Reason::kLicenceNotYetValid);
  if (facts.valid_until.has_value() && facts.now >= *facts.valid_until) {
    refusals.insert(Reason::kLicenceExpired);
  }
  if (!refusals.empty()) return {audit::v1::OUTCOME_NOT_RECOGNIZED, refusals};

  // 6. An answer under conditions says each: old lists, what the agreement asks, an old signature
  // of a retired key, of which nobody has proved that it is old.
  std::set<Reason> conditions;
  if (facts.now >= first_expiry) conditions.insert(Reason::kTrustInGrace);
  if (facts.agreement_has_conditions) conditions.insert(Reason::kAgreementCondition);
  if (retired) conditions.insert(Reason::kSigningTimeClaimed);
  if (!conditions.empty()) return {audit::v1::OUTCOME_RECOGNIZED_WITH_CONDITIONS, conditions};
  return {audit::v1::OUTCOME_RECOGNIZED, {}};
}

audit::v1::SigningTimeKind ReferenceSigningTimeKind(const ReferenceCase& facts) {
  const bool is_read = IsIn(facts.now, facts.agreement_from, facts.agreement_until) &&
                       facts.agreement_covers_type && facts.issuing_lists_whole &&
                       facts.using_lists_whole &&
                       (facts.within_one_member || !facts.issuing_member_left);
  return is_read ? audit::v1::SIGNING_TIME_KIND_CLAIMED : audit::v1::SIGNING_TIME_KIND_NONE;
}

}  // namespace mrg
