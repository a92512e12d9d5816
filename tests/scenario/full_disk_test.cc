// N02 with a real file system that is full: where mounting is allowed.

#include <sched.h>
#include <sys/mount.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mrg/gateway/v1/recognition.pb.h"
#include "tests/federation/federation.h"
#include "tests/federation/licences.h"
#include "tests/federation/wait_until.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;
using testing::HasSubstr;

// What RocksDB sets aside for its log in advance is some 20 MiB of it.
constexpr char kSize[] = "size=64m,mode=0700";
constexpr size_t kAskers = 4;

// A file system of its own at `path`, with what was there; gone with this.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& path) : path_(path) {
    const std::string aside = path + ".aside";
    fs::rename(path, aside);
    fs::create_directory(path);
    // Of this process and its children only, so that nothing stays mounted however the test ends.
    const bool is_own = unshare(CLONE_NEWNS) == 0 &&
                        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    mounted_ = is_own && mount("tmpfs", path.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, kSize) == 0;
    if (!mounted_) fs::permissions(path, fs::perms::owner_all);
    fs::copy(aside, path, fs::copy_options::recursive);
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

  void Fill() {
    std::ofstream filler(path_ + "/filler", std::ios::binary);
    const std::string block(1 << 16, 'x');
    while (filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void MakeRoom() { fs::remove(path_ + "/filler"); }

 private:
  const std::string path_;
  bool mounted_ = false;
};

RecognizeRequest AQuestion(const Federation& federation) {
  return Question("31", "50",
                  SignedBy(*IssuerKey(federation, "issuer", "50"), DrivingLicence("50")));
}

// Asks until nobody is answered any more. Result: how many answers there were.
uint64_t AskUntilRefused(const Federation& federation) {
  std::atomic<uint64_t> answered = 0;
  std::vector<std::thread> askers;
  for (size_t i = 0; i < kAskers; ++i) {
    askers.emplace_back([&] {
      const auto channel = federation.Api(kDelta, "platform-31");
      RecognizeRequest request = AQuestion(federation);
      RecognizeResponse response;
      while (Recognize(channel, request, &response).ok()) {
        ++answered;
        request.set_request_id(NewRequestId());
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
  return answered;
}

TEST(FullDisk, N02_AFullDiskIsNotReadyLosesNothingAndComesBackByItself) {
  auto started = Federation::Start();
  ASSERT_TRUE(started.ok()) << started.status();
  Federation& federation = **started;
  ASSERT_EQ(federation.StopNode(kDelta), 0);
  SmallDisk disk(federation.Path(kDelta, "data"));
  if (!disk.mounted()) GTEST_SKIP() << "mounting is not allowed here";
  ASSERT_TRUE(federation.StartReady(kDelta).ok());
  const uint64_t before = federation.LogSize(kDelta);

  disk.Fill();
  const uint64_t answered = AskUntilRefused(federation);

  ASSERT_TRUE(WaitUntil([&] { return !federation.IsReady(kDelta); }));
  EXPECT_THAT(federation.LogOf(kDelta), HasSubstr("STORE_UNAVAILABLE: a write or read failed"));
  EXPECT_THAT(federation.Metrics(kDelta), HasSubstr("mrg_store_failed 1"));

  disk.MakeRoom();

  ASSERT_TRUE(WaitUntil([&] { return federation.IsReady(kDelta); }));
  RecognizeResponse response;
  EXPECT_TRUE(
      Recognize(federation.Api(kDelta, "platform-31"), AQuestion(federation), &response).ok());
  EXPECT_GE(federation.LogSize(kDelta), before + answered + 1) << "what was answered is logged";
  EXPECT_EQ(federation.StopNode(kDelta), 0);
}

TEST(FullDisk, N02_M1_ANodeWithoutALinkComesBackByWhatItKnewOfItsOwnLog) {
  auto started = Federation::Start();
  ASSERT_TRUE(started.ok()) << started.status();
  Federation& federation = **started;
  for (const char* const member : {kDelta, kHub, kChuanyu}) {
    ASSERT_EQ(federation.StopNode(member), 0);
  }
  SmallDisk disk(federation.Path(kDelta, "data"));
  if (!disk.mounted()) GTEST_SKIP() << "mounting is not allowed here";
  ASSERT_TRUE(federation.StartReady(kDelta, {"--accept-unwitnessed"}).ok());

  disk.Fill();
  AskUntilRefused(federation);
  ASSERT_TRUE(WaitUntil([&] { return !federation.IsReady(kDelta); }));
  disk.MakeRoom();

  EXPECT_TRUE(WaitUntil([&] { return federation.IsReady(kDelta); }));
  EXPECT_EQ(federation.StopNode(kDelta), 0);
}

}  // namespace
}  // namespace mrg
