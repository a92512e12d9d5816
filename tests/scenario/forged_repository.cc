#include "tests/scenario/forged_repository.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gtest/gtest.h"

namespace mrg {
namespace {

MetadataDraft DraftOf(const std::string& bytes) {
  auto draft = MetadataDraft::FromBytes(bytes);
  EXPECT_TRUE(draft.ok()) << draft.status();
  return *std::move(draft);
}

}  // namespace

ForgedRepository::ForgedRepository(const Federation& federation, std::string member)
    : federation_(&federation),
      member_(std::move(member)),
      moment_(MomentOf(federation, member_)) {}

std::unique_ptr<Signer> ForgedRepository::Key(absl::string_view name) const {
  // As deploy/federation.py makes them.
  const Scheme scheme = absl::StrContains(name, "/j-") ? Scheme::kSm2Sm3 : Scheme::kEd25519;
  auto key = NewEvpSigner(
      scheme, ReadTestFile(federation_->Path(member_, absl::StrCat("keys/", name, ".pem"))));
  EXPECT_TRUE(key.ok()) << key.status();
  return *std::move(key);
}

MetadataDraft ForgedRepository::Next(const std::string& role) const {
  MetadataDraft draft = DraftOf(moment_.at(role));
  draft.SetVersion(draft.version() + 1);
  return draft;
}

void ForgedRepository::Put(const std::string& role, const std::string& bytes) {
  moment_[role] = bytes;
  Renew("snapshot", role, bytes);
  Renew("timestamp", "snapshot", moment_.at("snapshot"));
}

void ForgedRepository::PutSigned(const std::string& role, MetadataDraft draft,
                                 absl::string_view key) {
  EXPECT_TRUE(draft.Sign(*Key(key)).ok());
  Put(role, draft.Bytes());
}

void ForgedRepository::PutContent(const std::string& bytes) {
  moment_[ContentName(Sha256(bytes))] = bytes;
}

void ForgedRepository::PutRoot(int64_t version, const std::string& bytes) {
  moment_[absl::StrCat(version, ".root")] = bytes;
}

// Signs the next version of `role`, which names the file of another.
void ForgedRepository::Renew(const std::string& role, const std::string& named,
                             const std::string& named_bytes) {
  const MetadataDraft before = DraftOf(moment_.at(role));
  MetadataDraft draft = before;
  draft.SetVersion(
      std::max(before.version() + 1, role == "timestamp" ? timestamp_min_ : snapshot_min_));
  Json meta = draft.signed_part().at("meta");
  // What is named need not be sound.
  const auto document = ParseJsonDocument(named_bytes);
  EXPECT_TRUE(document.ok()) << document.status();
  meta[named + ".json"] = {{"version", document->at("signed").at("version")},
                           {"length", named_bytes.size()},
                           {"hashes", {{"sha256", absl::BytesToHexString(Sha256(named_bytes))}}}};
  draft.SetMember("meta", std::move(meta));
  if (role == "timestamp") {
    // Names the version before as it has to (TimestampMetadata), though a skip has none.
    draft.SetMember("x-mrg-prev", {{"version", draft.version() - 1},
                                   {"digest", absl::BytesToHexString(before.SignedSha256())}});
  }
  EXPECT_TRUE(draft.Sign(*Key("online/" + role)).ok());
  moment_[role] = draft.Bytes();
  // Followers ask for the timestamps between the one they trust and the newest.
  if (role == "timestamp") moment_[absl::StrCat(draft.version(), ".timestamp")] = draft.Bytes();
}

std::string SignedTwice(const std::string& bytes, absl::string_view other_keyid) {
  auto document = ParseJsonDocument(bytes);
  EXPECT_TRUE(document.ok()) << document.status();
  Json again = document->at("signatures").at(0);
  again["keyid"] = std::string(other_keyid);
  (*document)["signatures"].push_back(std::move(again));
  return document->dump();
}

}  // namespace mrg
