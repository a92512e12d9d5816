// One window of steady load on one server, seen from outside: keeps a fixed number of
// RecognitionService.Recognize calls outstanding on a few connections, lets the server warm up, and
// then counts answers and the CPU time of the server's process. Every answer must be RECOGNIZED.
//
//   load_client --address HOST:PORT --cert PEM --key PEM --ca PEM --pid PID
//       --document FILE --number ID --issuing NN --scheme NAME --issuer-key PEM [...]
// Prints one JSON object. Ends with 1 when any call failed or was answered otherwise.

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gateway/base/mutex.h"
#include "gateway/base/real_clock.h"
#include "gateway/crypto/random.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/channel_arguments.h"
#include "mrg/gateway/v1/recognition.grpc.pb.h"
#include "tests/bench/file_bytes.h"
#include "tests/bench/licence_batch.h"

namespace mrg {
namespace {

using gateway::v1::RecognitionService;
using gateway::v1::RecognizeRequest;
using gateway::v1::RecognizeResponse;

constexpr char kMethod[] = "/mrg.gateway.v1.RecognitionService/Recognize";
constexpr absl::Duration kFirstAnswerAtMost = absl::Seconds(30);
constexpr int kAskAgainMs = 20;
constexpr absl::Duration kCallDeadline = absl::Seconds(20);

struct Flags {
  std::string address, cert, key, ca;
  int pid = 0;
  LicenceIssue issue;
  std::string document_path, issuer_key_path;
  int64_t first = 0;
  int64_t licences = 256;
  int outstanding = 128;
  int channels = 4;
  int warm_up_ms = 1000;
  int window_ms = 4000;
  std::string response_out;
};

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Result: why the answer is not what is measured; empty when it is.
std::string Objection(const grpc::Status& status, const std::string& bytes) {
  if (!status.ok()) {
    return absl::StrCat("code ", static_cast<int>(status.error_code()), ": ",
                        status.error_message());
  }
  RecognizeResponse response;
  if (!response.ParseFromString(bytes)) return "an answer does not parse";
  if (response.outcome() == audit::v1::OUTCOME_RECOGNIZED) return "";
  std::string objection = audit::v1::Outcome_Name(response.outcome());
  for (const auto& reason : response.reasons()) absl::StrAppend(&objection, " ", reason.reason());
  return objection;
}

// CPU time of a process, user and system, of all its threads: proc(5), fields 14 and 15 of stat.
// The kernel states it in clock ticks, mostly 10 ms.
absl::Duration CpuTimeOf(int pid) {
  const std::string stat = FileBytes(absl::StrCat("/proc/", pid, "/stat"));
  // The second field, the program's name, may hold spaces; it ends at the last bracket.
  const std::vector<std::string> fields =
      absl::StrSplit(stat.substr(stat.rfind(')') + 1), ' ', absl::SkipEmpty());
  constexpr size_t kUserTime = 14 - 3;
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() <= kUserTime + 1 || !absl::SimpleAtoi(fields[kUserTime], &user) ||
      !absl::SimpleAtoi(fields[kUserTime + 1], &system)) {
    return absl::InfiniteDuration();
  }
  return absl::Seconds(static_cast<double>(user + system) /
                       static_cast<double>(sysconf(_SC_CLK_TCK)));
}

// The calls in flight. Each slot starts its next call when the one before is answered.
class Load {
 public:
  Load(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
       std::vector<std::string> questions, int outstanding)
      : questions_(std::move(questions)),
        run_(NewUuidV7(RealClock().Now())),
        slots_(static_cast<size_t>(outstanding)) {
    for (const auto& channel : channels) {
      stubs_.push_back(std::make_unique<grpc::GenericStub>(channel));
    }
  }

  void Start() {
    {
      MutexLock lock(mu_);
      in_flight_ = slots_.size();
    }
    for (size_t i = 0; i < slots_.size(); ++i) StartCall(i);
  }

  // Returns after `duration`, or as soon as a call has failed. Result: why it failed, or empty.
  std::string RunFor(absl::Duration duration) {
    const absl::Duration end = clock_.Monotonic() + duration;
    MutexLock lock(mu_);
    while (failure_.empty()) {
      const absl::Duration left = end - clock_.Monotonic();
      if (left <= absl::ZeroDuration()) break;
      changed_.WaitFor(mu_, static_cast<int>(absl::ToInt64Milliseconds(left)) + 1);
    }
    return failure_;
  }

  // Starts no more calls and waits for those in flight. Result: as RunFor.
  std::string Stop() {
    stopping_ = true;
    MutexLock lock(mu_);
    while (in_flight_ > 0) changed_.Wait(mu_);
    return failure_;
  }

  uint64_t answered() const { return answered_; }
  // True when some licence was presented twice.
  bool repeated() const { return started_ > questions_.size(); }
  size_t request_bytes() const { return request_bytes_; }
  // The last answer of one slot. REQUIRES: stopped.
  const std::string& last_response() const { return last_response_; }

 private:
  struct Slot {
    std::optional<grpc::ClientContext> context;
    grpc::ByteBuffer request;
    grpc::ByteBuffer response;
  };

  void StartCall(size_t i) {
    Slot& slot = slots_[i];
    const uint64_t number = started_.fetch_add(1, std::memory_order_relaxed);
    const grpc::Slice slice(
        WithRequestId(absl::StrCat(run_, "-", number), questions_[number % questions_.size()]));
    if (i == 0) request_bytes_ = slice.size();
    slot.request = grpc::ByteBuffer(&slice, 1);
    slot.response.Clear();
    slot.context.emplace();
    slot.context->set_deadline(absl::ToChronoTime(clock_.Now() + kCallDeadline));
    stubs_[i % stubs_.size()]->UnaryCall(&*slot.context, kMethod, grpc::StubOptions(),
                                         &slot.request, &slot.response,
                                         [this, i](const grpc::Status& status) { End(i, status); });
  }

  void End(size_t i, const grpc::Status& status) {
    std::string bytes = BytesOf(slots_[i].response);
    const std::string objection = Objection(status, bytes);
    answered_.fetch_add(1, std::memory_order_relaxed);
    if (objection.empty() && !stopping_) return StartCall(i);
    MutexLock lock(mu_);
    if (failure_.empty()) failure_ = objection;
    if (!objection.empty()) stopping_ = true;
    if (i == 0) last_response_ = std::move(bytes);
    --in_flight_;
    changed_.NotifyAll();
  }

  const RealClock clock_;
  const std::vector<std::string> questions_;
  const std::string run_;  // begins every request id, which no other run has used
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::vector<Slot> slots_;

  std::atomic<uint64_t> started_ = 0;
  std::atomic<uint64_t> answered_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<size_t> request_bytes_ = 0;

  Mutex mu_;
  CondVar changed_;
  size_t in_flight_ ABSL_GUARDED_BY(mu_) = 0;
  std::string failure_ ABSL_GUARDED_BY(mu_);
  std::string last_response_;  // written by the slot's last call
};

std::vector<std::shared_ptr<grpc::Channel>> OpenChannels(const Flags& flags) {
  grpc::SslCredentialsOptions tls;
  tls.pem_cert_chain = FileBytes(flags.cert);
  tls.pem_private_key = FileBytes(flags.key);
  tls.pem_root_certs = FileBytes(flags.ca);
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection for each channel
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i < flags.channels; ++i) {
    channels.push_back(
        grpc::CreateCustomChannel(flags.address, grpc::SslCredentials(tls), arguments));
  }
  return channels;
}

// A node that was just started may not hold the issuing side's lists and keys yet: asks until the
// licence is recognised. Result: as Objection, of the last answer.
std::string WaitForFirstAnswer(const std::shared_ptr<grpc::Channel>& channel,
                               const std::string& question) {
  const RealClock clock;
  const absl::Duration end = clock.Monotonic() + kFirstAnswerAtMost;
  const auto stub = RecognitionService::NewStub(channel);
  Mutex mu;
  CondVar never;
  while (true) {
    RecognizeRequest request;
    request.ParseFromString(WithRequestId(NewUuidV7(clock.Now()), question));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(clock.Now() + kCallDeadline));
    context.set_wait_for_ready(true);
    RecognizeResponse response;
    const grpc::Status status = stub->Recognize(&context, request, &response);
    const std::string objection = Objection(status, response.SerializeAsString());
    if (objection.empty() || clock.Monotonic() > end) return objection;
    MutexLock lock(mu);
    never.WaitFor(mu, kAskAgainMs);
  }
}

int Fail(const std::string& why) {
  std::cerr << "load_client: " << why << "\n";
  return 1;
}

int Measure(const Flags& flags) {
  auto questions = SignQuestions(flags.issue, flags.first, flags.licences);
  if (!questions.ok()) return Fail(questions.status().ToString());
  const auto channels = OpenChannels(flags);
  std::string failure = WaitForFirstAnswer(channels.front(), questions->front());
  if (!failure.empty()) return Fail("first answer: " + failure);

  const RealClock clock;
  Load load(channels, *std::move(questions), flags.outstanding);
  load.Start();
  failure = load.RunFor(absl::Milliseconds(flags.warm_up_ms));
  const absl::Duration begin = clock.Monotonic();
  const absl::Duration cpu_begin = CpuTimeOf(flags.pid);
  const uint64_t answered_begin = load.answered();
  if (failure.empty()) failure = load.RunFor(absl::Milliseconds(flags.window_ms));
  const uint64_t answered = load.answered() - answered_begin;
  const absl::Duration cpu = CpuTimeOf(flags.pid) - cpu_begin;
  const absl::Duration took = clock.Monotonic() - begin;
  const std::string failure_at_end = load.Stop();
  if (failure.empty()) failure = failure_at_end;
  if (!failure.empty()) return Fail(failure);
  if (cpu <= absl::ZeroDuration() || cpu == absl::InfiniteDuration()) {
    return Fail("the server's CPU time cannot be read");
  }
  if (!flags.response_out.empty()) {
    std::ofstream(flags.response_out, std::ios::binary) << load.last_response();
  }
  std::cout << absl::StrFormat(
                   "{\"calls\": %d, \"seconds\": %.6f, \"cpu_seconds\": %.6f, \"request_bytes\": "
                   "%d, \"response_bytes\": %d, \"licences_repeated\": %s}",
                   answered, absl::ToDoubleSeconds(took), absl::ToDoubleSeconds(cpu),
                   load.request_bytes(), load.last_response().size(),
                   load.repeated() ? "true" : "false")
            << "\n";
  return 0;
}

int Run(int argc, char** argv) {
  Flags flags;
  CLI::App app("One window of steady load on one server");
  app.add_option("--address", flags.address)->required();
  app.add_option("--cert", flags.cert)->required();
  app.add_option("--key", flags.key)->required();
  app.add_option("--ca", flags.ca)->required();
  app.add_option("--pid", flags.pid, "process of the server")->required();
  app.add_option("--document", flags.document_path, "a licence")->required();
  app.add_option("--number", flags.issue.number, "its holder's number")->required();
  app.add_option("--issuing", flags.issue.issuing, "its jurisdiction")->required();
  app.add_option("--scheme", flags.issue.scheme, "scheme of its issuer's key")->required();
  app.add_option("--issuer-key", flags.issuer_key_path)->required();
  app.add_option("--first", flags.first, "serial of the first holder");
  app.add_option("--licences", flags.licences, "how many to sign")->check(CLI::PositiveNumber);
  app.add_option("--outstanding", flags.outstanding, "calls")->check(CLI::PositiveNumber);
  app.add_option("--channels", flags.channels, "connections")->check(CLI::PositiveNumber);
  app.add_option("--warm-up-ms", flags.warm_up_ms);
  app.add_option("--window-ms", flags.window_ms);
  app.add_option("--response-out", flags.response_out, "where one answer goes");
  CLI11_PARSE(app, argc, argv);
  flags.issue.document = FileBytes(flags.document_path);
  flags.issue.issuer_pem = FileBytes(flags.issuer_key_path);
  return Measure(flags);
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) { return mrg::Run(argc, argv); }
