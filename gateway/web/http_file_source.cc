#include "gateway/web/http_file_source.h"

#include <curl/curl.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "gateway/base/reason.h"

namespace mrg {
namespace {

// Thread-safe once only, by the library's own words; a static does it once.
void InitLibrary() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

// What has come so far, and how much may come.
struct Body {
  std::string bytes;
  size_t bytes_max = 0;
  bool too_long = false;
};

size_t Take(char* data, size_t size, size_t count, void* user) {
  Body* const body = static_cast<Body*>(user);
  const size_t arrived = size * count;
  if (arrived > body->bytes_max - body->bytes.size()) {
    body->too_long = true;
    return 0;  // ends the transfer
  }
  body->bytes.append(data, arrived);
  return arrived;
}

// Notes the coding of the body; curl would take one apart only when it was asked to.
size_t TakeHeader(char* data, size_t size, size_t count, void* user) {
  const absl::string_view line(data, size * count);
  const std::pair<absl::string_view, absl::string_view> field =
      absl::StrSplit(line, absl::MaxSplits(':', 1));
  if (absl::EqualsIgnoreCase(field.first, "content-encoding")) {
    *static_cast<std::string*>(user) = std::string(absl::StripAsciiWhitespace(field.second));
  }
  return line.size();
}

// Since when nothing has come, in the transfer's own time.
struct Silence {
  CURL* handle = nullptr;
  absl::Duration max;
  curl_off_t bytes = 0;
  absl::Duration since;
  bool too_long = false;
};

// Called about once a second and whenever bytes come. Result: not 0 ends the transfer.
int Watch(void* user, curl_off_t, curl_off_t bytes, curl_off_t, curl_off_t) {
  Silence* const silence = static_cast<Silence*>(user);
  curl_off_t elapsed_us = 0;
  curl_easy_getinfo(silence->handle, CURLINFO_TOTAL_TIME_T, &elapsed_us);
  const absl::Duration elapsed = absl::Microseconds(elapsed_us);
  if (bytes != silence->bytes) {
    silence->bytes = bytes;
    silence->since = elapsed;
  }
  silence->too_long = elapsed - silence->since > silence->max;
  return silence->too_long ? 1 : 0;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

long Milliseconds(absl::Duration duration) {
  return static_cast<long>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

struct HttpFileSource::Connection {
  Connection() {
    InitLibrary();
    handle = curl_easy_init();
  }
  ~Connection() {
    if (handle != nullptr) curl_easy_cleanup(handle);
  }

  CURL* handle = nullptr;
};

HttpFileSource::HttpFileSource(std::string base_url, HttpBounds bounds)
    : base_url_(absl::EndsWith(base_url, "/") ? std::move(base_url) : base_url + "/"),
      bounds_(bounds),
      connection_(std::make_unique<Connection>()) {}

HttpFileSource::~HttpFileSource() = default;

absl::StatusOr<std::string> HttpFileSource::Fetch(absl::string_view path, size_t bytes_max) {
  CURL* const handle = connection_->handle;
  if (handle == nullptr) return MakeError(Reason::kFetchFailed, "no HTTP client");
  const std::string url = absl::StrCat(base_url_, path);
  Body body;
  body.bytes_max = bytes_max;
  std::string coding;
  Silence silence;
  silence.handle = handle;
  silence.max = bounds_.silence_max;
  const absl::Duration whole =
      bounds_.silence_max + absl::Seconds(static_cast<double>(bytes_max) / bounds_.bytes_per_s_min);
  const std::unique_ptr<curl_slist, FreeList> headers(
      curl_slist_append(nullptr, "Accept-Encoding: identity"));
  curl_easy_reset(handle);  // keeps the connection
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &coding);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(bounds_.silence_max));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, Milliseconds(whole));
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, Watch);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &silence);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  const CURLcode result = curl_easy_perform(handle);
  if (body.too_long) {
    return MakeError(Reason::kMetadataTooLong,
                     absl::StrCat("expected at most ", bytes_max, " bytes"));
  }
  if (silence.too_long) {
    return MakeError(Reason::kFetchFailed,
                     absl::StrCat("the mirror was silent for ", absl::FormatDuration(silence.max)));
  }
  if (result != CURLE_OK) return MakeError(Reason::kFetchFailed, curl_easy_strerror(result));
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  // Stores of static files answer 403 for a missing file when they do not list folders.
  if (status == 404 || status == 403) {
    return MakeError(Reason::kMetadataNotFound, absl::StrCat("the mirror answered ", status));
  }
  if (status != 200) {
    return MakeError(Reason::kFetchFailed, absl::StrCat("the mirror answered ", status));
  }
  if (!coding.empty() && !absl::EqualsIgnoreCase(coding, "identity")) {
    return MakeError(Reason::kFetchFailed,
                     absl::StrCat("the mirror answered with Content-Encoding ",
                                  absl::CHexEscape(coding), ", although identity was asked for"));
  }
  return std::move(body.bytes);
}

}  // namespace mrg
