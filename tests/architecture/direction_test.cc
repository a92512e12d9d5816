// Proves the allowed directions between packages from the #include lines.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/architecture/layers.h"
#include "tests/architecture/source_tree.h"

namespace mrg {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SourceFile File(std::string path, std::string content) {
  return {std::move(path), std::move(content)};
}

TEST(Direction, EveryIncludePointsDown) {
  const std::vector<std::string> wrong = WrongEdges(WorkspaceFiles());

  EXPECT_TRUE(wrong.empty()) << Lines(wrong);
}

TEST(Direction, IncludeOfLowerLevelAndOwnPackageIsAllowed) {
  EXPECT_THAT(WrongEdges({File("gateway/audit/a.cc",
                               "#include \"gateway/audit/b.h\"\n#include \"gateway/base/c.h\"\n"
                               "#include <vector>\n#include \"absl/time/time.h\"\n"
                               "#include \"mrg/audit/v1/audit.pb.h\"\n")}),
              IsEmpty());
}

TEST(Direction, IncludeUpwardsIsNamedWithItsLine) {
  EXPECT_THAT(
      WrongEdges({File("gateway/base/a.h", "\n#include \"gateway/crypto/digest.h\"\n")}),
      ElementsAre("gateway/base/a.h:2: includes gateway/crypto/digest.h: gateway/base (L1) may not "
                  "use gateway/crypto (L3)"));
}

TEST(Direction, IncludeSidewaysIsRefused) {
  EXPECT_THAT(WrongEdges({File("dispute/a.cc", "#include \"trustlist/store/in_force.h\"\n")}),
              ElementsAre(HasSubstr("dispute (L6) may not use trustlist (L6)")));
}

TEST(Direction, PackageOutsideTheTableIsRefused) {
  EXPECT_THAT(WrongEdges({File("gateway/tools/a.cc", "")}),
              ElementsAre(HasSubstr("gateway/tools is not in the level table")));
  EXPECT_THAT(WrongEdges({File("gateway/rpc/a.cc", "#include \"gateway/tools/a.h\"\n")}),
              ElementsAre(HasSubstr("gateway/tools is not in the level table")));
}

TEST(Direction, IncludeInACommentIsNotAnEdge) {
  EXPECT_THAT(
      WrongEdges({File("gateway/base/a.h",
                       "// #include \"gateway/rpc/x.h\"\n/*\n#include \"gateway/rpc/x.h\"\n*/\n")}),
      IsEmpty());
}

TEST(Direction, LibraryOutsideItsPackageIsRefused) {
  for (const char* header : {"openssl/evp.h", "rocksdb/db.h", "prometheus/registry.h",
                             "CivetServer.h", "grpcpp/grpcpp.h", "simdjson.h"}) {
    EXPECT_THAT(
        WrongEdges({File("gateway/audit/a.cc", std::string("#include <") + header + ">\n")}),
        ElementsAre(HasSubstr("named only in")))
        << header;
  }
  EXPECT_THAT(WrongEdges({File("tests/a.cc", "#include <openssl/evp.h>\n")}),
              ElementsAre(HasSubstr("named only in: gateway/crypto")));
  EXPECT_THAT(WrongEdges({File("gateway/crypto/a.cc", "#include <openssl/evp.h>\n")}), IsEmpty());
}

TEST(Direction, ServiceStubBelowRpcIsRefused) {
  EXPECT_THAT(WrongEdges({File("dispute/a.cc", "#include \"mrg/dispute/v1/dispute.grpc.pb.h\"\n")}),
              ElementsAre(HasSubstr("service stubs")));
}

TEST(Direction, TestCodeInProductionCodeIsRefused) {
  const char* include = "#include \"gateway/storage/testing/memory_store.h\"\n";

  EXPECT_THAT(WrongEdges({File("gateway/storage/a.cc", include)}),
              ElementsAre(HasSubstr("production code includes test code")));
  EXPECT_THAT(WrongEdges({File("gateway/storage/a_test.cc", include)}), IsEmpty());
}

TEST(Direction, NarrowedPackageSeesLessThanItsLevel) {
  EXPECT_THAT(WrongEdges({File("trustlist/a.cc", "#include \"gateway/catalogue/catalogue.h\"\n")}),
              ElementsAre(HasSubstr("trustlist knows nothing of licences")));
  EXPECT_THAT(
      WrongEdges({File("gateway/recognition/a.cc", "#include \"gateway/storage/keyspace.h\"\n")}),
      ElementsAre(HasSubstr("the decision is pure")));
}

}  // namespace
}  // namespace mrg
