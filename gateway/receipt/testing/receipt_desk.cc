#include "gateway/receipt/testing/receipt_desk.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/request_memory/request_memory.h"
#include "gtest/gtest.h"

namespace mrg {

absl::Time DeskNow() { return absl::FromUnixSeconds(1772000000); }

const Signer& DeskLogKey() {
  static const Signer* const key =
      NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519))->release();
  return *key;
}

std::vector<LogKey> DeskLogKeys() {
  return {{kDeskOrigin, DeskLogKey().public_key(), DeskNow(), absl::InfiniteFuture()}};
}

std::string DocumentOf(const std::string& name) { return absl::StrCat("document ", name); }

std::string SaltOf(const std::string& name) { return Sha256(absl::StrCat("salt ", name)); }

ReceiptOrder OrderOf(const std::string& name, const std::string& body) {
  ReceiptOrder order{*SpiffeId::Parse("spiffe://delta.example/jurisdiction/31/platform/sample"),
                     *RequestId::Parse(name),
                     RequestBodyHmac("idempotency key", absl::StrCat(name, body)), SaltOf(name),
                     Sha256("snapshot")};
  audit::v1::DecisionRecord record;
  record.set_schema(1);
  record.set_log_origin(kDeskOrigin);
  record.set_decided_at_us(absl::ToUnixMicros(DeskNow()));
  record.set_using_jurisdiction("31");
  record.set_issuing_jurisdiction("50");
  record.set_type_code("11100000XX0000019L003");
  record.set_scenario("government-service");
  record.set_caller_spiffe_id(order.caller.value());
  record.set_algorithm("sm2-sm3");
  record.set_issuer_entry_sha256(Sha256("entry"));
  audit::v1::Check* check = record.add_checks();
  check->set_check("status");
  check->set_verdict(audit::v1::VERDICT_FAILED);
  check->set_reason("LICENCE_REVOKED");
  record.set_outcome(audit::v1::OUTCOME_NOT_RECOGNIZED);
  audit::v1::RestsOn* rests_on = record.add_rests_on();
  rests_on->set_publisher("yangtze-delta");
  rests_on->set_role("j-31");
  rests_on->set_version(7);
  rests_on->set_signed_sha256(Sha256("signed"));
  audit::v1::TargetUsed* target = record.add_targets_used();
  target->set_path("31/catalogue");
  target->set_sha256(Sha256("catalogue"));
  record.set_policy_digest(Sha256("policy"));
  record.set_rules_version(1);
  record.set_licence_commitment(Sha256(absl::StrCat(order.salt, DocumentOf(name))));
  record.set_elements_commitment(Sha256(absl::StrCat(order.salt, "elements")));
  record.set_salt_digest(Sha256(order.salt));
  record.set_epoch(3);
  record.set_form("detached");
  record.set_signing_time_kind(audit::v1::SIGNING_TIME_KIND_CLAIMED);
  SetRecord(record, &order);
  return order;
}

void EditRecord(const std::function<void(audit::v1::DecisionRecord*)>& edit, ReceiptOrder* order) {
  auto record =
      ParseDecision(*ParseLeaf(order->leaf, Reason::kReceiptMalformed), Reason::kReceiptMalformed);
  EXPECT_TRUE(record.ok()) << record.status();
  edit(&*record);
  SetRecord(*record, order);
}

ReceiptDesk::ReceiptDesk(OrderedStore* store) {
  auto log = DecisionLog::Open(store, &DeskLogKey(), kDeskOrigin);
  EXPECT_TRUE(log.ok()) << log.status();
  log_ = *std::move(log);
  committer_ = std::make_unique<GroupCommitter>(log_.get());
  issuer_ = std::make_unique<ReceiptIssuer>(committer_.get(), store);
}

std::vector<ReceiptIssuer::Answer> ReceiptDesk::IssueGroup(
    const std::vector<ReceiptOrder>& orders) {
  std::vector<std::optional<ReceiptIssuer::Answer>> answers(orders.size());
  for (size_t i = 0; i < orders.size(); ++i) {
    issuer_->Issue(orders[i], [&answers, i](ReceiptIssuer::Answer answer) {
      EXPECT_FALSE(answers[i].has_value()) << "answered twice";
      answers[i] = std::move(answer);
    });
  }
  committer_->CommitGroup();
  std::vector<ReceiptIssuer::Answer> all;
  for (auto& answer : answers) {
    EXPECT_TRUE(answer.has_value()) << "never answered";
    all.push_back(*std::move(answer));
  }
  return all;
}

std::string ReceiptBytes(const ReceiptIssuer::Answer& answer) {
  if (!answer.ok()) return std::string();
  if (std::holds_alternative<AnsweredBefore>(*answer)) {
    return CanonicalBytes(std::get<AnsweredBefore>(*answer).receipt);
  }
  return CanonicalBytes(std::get<gateway::v1::Receipt>(*answer));
}

}  // namespace mrg
