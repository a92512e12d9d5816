#include "gateway/witness/testing/decision_logs.h"

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/crypto/evp_signer.h"
#include "gtest/gtest.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

constexpr int64_t kListedFrom = 1577808000;

}  // namespace

std::unique_ptr<Signer> NewLogSigner() {
  return *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
}

std::unique_ptr<DecisionLog> OpenLogOfTests(OrderedStore* store, const Signer* signer) {
  return *DecisionLog::Open(store, signer, kLogOfTests);
}

std::string AppendRecords(DecisionLog* log, int count, absl::string_view what) {
  for (int i = 0; i < count; ++i) {
    DecisionLog::Submission submission;
    submission.leaf = std::make_shared<const std::string>(absl::StrCat(what, " ", log->size()));
    submission.absent_key = *submission.leaf;
    EXPECT_EQ(log->AppendGroup({&submission, 1})[0].result, DecisionLog::Appended::kAppended);
  }
  return log->LatestCheckpoint();
}

void ListLogKey(const Signer& signer, ListedLogKeys* keys) {
  trustlist::v1::LogKeys list;
  auto* key = list.add_keys();
  key->set_origin(kLogOfTests);
  key->set_public_key(signer.public_key().spki_der());
  key->mutable_from()->set_seconds(kListedFrom);
  const MemberId publisher = *MemberId::Parse("yangtze-delta");
  auto parsed = ParseLogKeysOf(publisher, CanonicalBytes(list));
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  keys->Put(publisher, *std::move(parsed));
}

void ListLogs(const MemberId& member, const std::vector<std::string>& ids, const Signer& signer,
              ListedLogKeys* keys) {
  std::vector<LogKey> listed;
  for (const std::string& id : ids) {
    const int64_t from = kListedFrom + static_cast<int64_t>(listed.size());
    listed.push_back({absl::StrCat(member.value(), "/", id), signer.public_key(),
                      absl::FromUnixSeconds(from), absl::InfiniteFuture()});
  }
  keys->Put(member, std::move(listed));
}

}  // namespace mrg
