#include "gateway/web/http_file_source.h"

#include <curl/curl.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
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

HttpFileSource::HttpFileSource(std::string base_url, absl::Duration timeout)
    : base_url_(absl::EndsWith(base_url, "/") ? std::move(base_url) : base_url + "/"),
      timeout_(timeout),
      connection_(std::make_unique<Connection>()) {}

HttpFileSource::~HttpFileSource() = default;

absl::StatusOr<std::string> HttpFileSource::Fetch(absl::string_view path, size_t bytes_max) {
  CURL* const handle = connection_->handle;
  if (handle == nullptr) return MakeError(Reason::kFetchFailed, "no HTTP client");
  const std::string url = absl::StrCat(base_url_, path);
  Body body;
  body.bytes_max = bytes_max;
  curl_easy_reset(handle);  // keeps the connection
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(timeout_)));
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  const CURLcode result = curl_easy_perform(handle);
  if (body.too_long) {
    return MakeError(Reason::kMetadataTooLong,
                     absl::StrCat("expected at most ", bytes_max, " bytes"));
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
  return std::move(body.bytes);
}

}  // namespace mrg
