// Proofs of transparency-dev/merkle (vectors/merkle-proofs) and a published tile log with its
// signed checkpoints (vectors/tlog-tiles). The subtree proofs of merkle-proofs are left out: they
// follow a draft for certificates, and this gateway has no subtree proofs.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/audit/decision_log.h"
#include "gateway/audit/merkle_proof.h"
#include "gateway/audit/merkle_tree.h"
#include "gateway/audit/tiles.h"
#include "gateway/base/reason.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/evp_verifier.h"
#include "gateway/storage/testing/memory_store.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/conformance/vectors.h"

namespace mrg {
namespace {

using Json = nlohmann::json;

std::string Base64(const Json& value) {
  std::string bytes;
  EXPECT_TRUE(absl::Base64Unescape(value.get<std::string>(), &bytes)) << value;
  return bytes;
}

std::vector<std::string> Proof(const Json& value) {
  std::vector<std::string> hashes;
  if (value.is_null()) return hashes;  // an empty proof
  for (const Json& hash : value) hashes.push_back(Base64(hash));
  return hashes;
}

// Valid in the suite, whose verifier does not look at roots that it only compares: these have 12
// bytes, and we take no root that is not 32.
constexpr char kStricterThanTheSuite[] =
    "merkle-proofs/consistency/additional/sizes-are-equal-one-and-proof-is-empty.json";

// Runs `verify` on every case below `folder` and compares with what the case wants.
void RunProofCases(const std::string& folder,
                   const std::function<absl::Status(const Json&)>& verify, int* count, int* valid) {
  namespace fs = std::filesystem;
  for (const auto& entry :
       fs::recursive_directory_iterator(VectorsFolder() + "/merkle-proofs/" + folder)) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = fs::relative(entry.path(), VectorsFolder()).string();
    const Json test = Json::parse(ReadVector(name));
    const absl::Status status = verify(test);
    ++*count;
    if (test["wantErr"].get<bool>() || name == kStricterThanTheSuite) {
      EXPECT_EQ(ReasonOf(status), Reason::kReceiptProofInvalid) << name;
    } else {
      ++*valid;
      EXPECT_TRUE(status.ok()) << name << ": " << status;
    }
  }
}

TEST(MerkleVectors, InclusionProofsAreJudgedAsPublished) {
  MRG_NEED_VECTORS();
  int count = 0, valid = 0;
  RunProofCases(
      "inclusion",
      [](const Json& test) {
        return VerifyInclusion(Base64(test["leafHash"]), test["leafIdx"].get<uint64_t>(),
                               test["treeSize"].get<uint64_t>(), Proof(test["proof"]),
                               Base64(test["root"]));
      },
      &count, &valid);
  EXPECT_EQ(count, 98);
  EXPECT_EQ(valid, 6);
}

// RFC 9162 leaves the empty tree undefined; like the source of these cases we refuse it.
TEST(MerkleVectors, ConsistencyProofsAreJudgedAsPublished) {
  MRG_NEED_VECTORS();
  int count = 0, valid = 0;
  RunProofCases(
      "consistency",
      [](const Json& test) {
        return VerifyConsistency(test["size1"].get<uint64_t>(), test["size2"].get<uint64_t>(),
                                 Base64(test["root1"]), Base64(test["root2"]),
                                 Proof(test["proof"]));
      },
      &count, &valid);
  EXPECT_EQ(count, 98);
  EXPECT_EQ(valid, 5);  // and the one that we refuse
}

// A verifier key of C2SP signed-note: name+hash+base64(algorithm, key).
struct VerifierKey {
  std::string name;
  std::string key_id;  // 4 raw bytes
  std::string algorithm_and_key;

  PublicKey public_key() const { return *PublicKeyFromRawEd25519(algorithm_and_key.substr(1)); }
};

VerifierKey ReadVerifierKey(const std::string& path) {
  const std::string text = ReadVector(path);
  const std::vector<std::string> parts =
      absl::StrSplit(absl::StripAsciiWhitespace(text), absl::MaxSplits('+', 2));
  EXPECT_EQ(parts.size(), 3u) << path;
  return {parts[0], absl::HexStringToBytes(parts[1]), Base64(Json(parts[2]))};
}

class TileLogVectors : public ::testing::Test {
 protected:
  static constexpr uint64_t kSize = 15;

  static Checkpoint CheckpointOf(uint64_t size) {
    const VerifierKey key = ReadVerifierKey("tlog-tiles/log.vkey");
    const auto checkpoint = ParseSignedCheckpoint(
        ReadVector(absl::StrCat("tlog-tiles/log/checkpoint.", size)), key.name, key.public_key());
    EXPECT_TRUE(checkpoint.ok()) << size << ": " << checkpoint.status();
    return checkpoint.ok() ? *checkpoint : Checkpoint();
  }

  // The entries of the bundle of width `width`: 16-bit lengths and bytes.
  static std::vector<std::string> EntriesOf(uint64_t width) {
    const std::string bundle =
        ReadVector(absl::StrCat("tlog-tiles/log/tile/entries/000.p/", width));
    std::vector<std::string> entries;
    for (size_t at = 0; at + 2 <= bundle.size();) {
      const size_t length =
          static_cast<uint8_t>(bundle[at]) << 8 | static_cast<uint8_t>(bundle[at + 1]);
      entries.push_back(bundle.substr(at + 2, length));
      at += 2 + length;
    }
    return entries;
  }

  static std::string TileOf(uint64_t width) {
    return ReadVector(absl::StrCat("tlog-tiles/log/tile/0/000.p/", width));
  }

  // Perfect nodes of the published log, computed from its widest tile.
  static PerfectNodeReader Reader(const std::string& tile) {
    return [&tile](uint32_t level, uint64_t index) -> absl::StatusOr<TreeHash> {
      TreeEdge edge;
      for (uint64_t i = index << level; i < (index + 1) << level; ++i) {
        edge.Append(ToTreeHash(tile.substr(i * kTreeHashBytes, kTreeHashBytes)));
      }
      return *edge.Find(level, 0);
    };
  }
};

TEST_F(TileLogVectors, EveryCheckpointVerifiesAndItsRootIsThatOfTilesAndEntries) {
  MRG_NEED_VECTORS();
  for (uint64_t size = 0; size <= kSize; ++size) {
    const Checkpoint checkpoint = CheckpointOf(size);
    EXPECT_EQ(checkpoint.size, size);
    if (size == 0) {
      EXPECT_EQ(checkpoint.root, ToString(EmptyRoot()));
      continue;
    }
    const std::string tile = TileOf(size);
    ASSERT_EQ(tile.size(), size * kTreeHashBytes);
    EXPECT_EQ(ToString(*TreeRoot(size, Reader(tile))), checkpoint.root);
    const std::vector<std::string> entries = EntriesOf(size);
    ASSERT_EQ(entries.size(), size);
    for (uint64_t i = 0; i < size; ++i) {
      EXPECT_EQ(ToString(LeafHash(entries[i])), tile.substr(i * kTreeHashBytes, kTreeHashBytes));
    }
  }
  EXPECT_EQ(ReadVector("tlog-tiles/log/checkpoint"), ReadVector("tlog-tiles/log/checkpoint.15"));
  EXPECT_EQ(EntriesOf(kSize).front(), "one");
  EXPECT_EQ(EntriesOf(kSize).back(), "fivten");
}

TEST_F(TileLogVectors, ProofsOfEveryPairVerifyAgainstTheSignedRoots) {
  MRG_NEED_VECTORS();
  const std::string tile = TileOf(kSize);
  const PerfectNodeReader reader = Reader(tile);
  int inclusions = 0, consistencies = 0;
  for (uint64_t size = 1; size <= kSize; ++size) {
    const std::string root = CheckpointOf(size).root;
    for (uint64_t index = 0; index < size; ++index, ++inclusions) {
      EXPECT_TRUE(VerifyInclusion(tile.substr(index * kTreeHashBytes, kTreeHashBytes), index, size,
                                  *MakeInclusionProof(index, size, reader), root)
                      .ok())
          << index << " in " << size;
    }
    for (uint64_t first = 1; first <= size; ++first, ++consistencies) {
      EXPECT_TRUE(VerifyConsistency(first, size, CheckpointOf(first).root, root,
                                    *MakeConsistencyProof(first, size, reader))
                      .ok())
          << first << " to " << size;
    }
  }
  EXPECT_EQ(inclusions, 120);
  EXPECT_EQ(consistencies, 120);
}

TEST_F(TileLogVectors, OurLogOfTheSameEntriesHasTheSameRootsAndTiles) {
  MRG_NEED_VECTORS();
  MemoryStore store;
  const auto signer = *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const auto log = *DecisionLog::Open(&store, signer.get(), "member/log-1");
  for (const std::string& entry : EntriesOf(kSize)) {
    DecisionLog::Submission submission;
    submission.leaf = std::make_shared<const std::string>(entry);
    submission.absent_key = entry;
    ASSERT_EQ(log->AppendGroup({&submission, 1})[0].result, DecisionLog::Appended::kAppended);

    const Checkpoint ours =
        *ParseSignedCheckpoint(log->LatestCheckpoint(), "member/log-1", signer->public_key());
    EXPECT_EQ(ours.root, CheckpointOf(log->size()).root) << log->size();
  }
  const std::string tile = TileOf(kSize);
  for (uint64_t i = 0; i < kSize; ++i) {
    EXPECT_EQ(ToString(*TileReader(&store, "member/log-1")(0, i)),
              tile.substr(i * kTreeHashBytes, kTreeHashBytes));
  }
}

TEST_F(TileLogVectors, EveryChangedBitOfAPublishedCheckpointIsRefused) {
  MRG_NEED_VECTORS();
  const VerifierKey key = ReadVerifierKey("tlog-tiles/log.vkey");
  const std::string note = ReadVector("tlog-tiles/log/checkpoint.15");
  ASSERT_TRUE(ParseSignedCheckpoint(note, key.name, key.public_key()).ok());
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string changed = note;
    changed[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    ASSERT_EQ(ReasonOf(ParseSignedCheckpoint(changed, key.name, key.public_key()).status()),
              Reason::kReceiptCheckpointInvalid)
        << "bit " << bit;
  }
}

TEST(SignedNoteVectors, SpecificationsExampleVerifies) {
  MRG_NEED_VECTORS();
  const VerifierKey key = ReadVerifierKey("tlog-tiles/c2sp/example.vkey");
  const std::string note = ReadVector("tlog-tiles/c2sp/example.note");
  const size_t blank = note.rfind("\n\n");
  ASSERT_NE(blank, std::string::npos);
  absl::string_view line = absl::string_view(note).substr(blank + 2);
  ASSERT_TRUE(absl::ConsumePrefix(&line, absl::StrCat("\xE2\x80\x94 ", key.name, " ")));
  ASSERT_TRUE(absl::ConsumeSuffix(&line, "\n"));
  const std::string blob = Base64(Json(std::string(line)));

  EXPECT_EQ(blob.substr(0, 4), key.key_id);
  EXPECT_EQ(Sha256(absl::StrCat(key.name, "\n", key.algorithm_and_key)).substr(0, 4), key.key_id);
  EXPECT_TRUE(
      (*NewEvpVerifier(key.public_key()))->Verify(note.substr(0, blank + 1), blob.substr(4)).ok());
}

TEST(SignedNoteVectors, SpecificationsNotesAreReadAsCheckpointsOnlyWhenTheyAre) {
  MRG_NEED_VECTORS();
  for (const char* name : {"parse-only-checkpoint.note", "parse-only-cosigned-checkpoint.note"}) {
    const auto checkpoint = ParseCheckpointBody(ReadVector(absl::StrCat("tlog-tiles/c2sp/", name)));
    ASSERT_TRUE(checkpoint.ok()) << name;
    EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
    EXPECT_EQ(checkpoint->size, 20852163u);
  }
  EXPECT_EQ(
      ReasonOf(ParseCheckpointBody(ReadVector("tlog-tiles/c2sp/parse-only-utf8.note")).status()),
      Reason::kReceiptCheckpointInvalid);
}

}  // namespace
}  // namespace mrg
