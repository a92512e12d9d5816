// A platform's first call: recognise, repeat, have mrgctl verify the receipt, file a dispute and read
// it back. make_client builds it; gateway/docs/FIRST_CALL.md says how it is run.

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.LocalizedMessage;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import mrg.dispute.v1.*;
import mrg.gateway.v1.*;

public final class FirstCall {
  private static final long DEADLINE_SECONDS = 10;

  public static void main(String[] arguments) throws Exception {
    Map<String, String> flag = new HashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      flag.put(arguments[i].substring("--".length()), arguments[i + 1]);
    }
    var credentials = TlsChannelCredentials.newBuilder()
        .keyManager(new File(flag.get("cert")), new File(flag.get("key")))
        .trustManager(new File(flag.get("ca"))).build();
    // A node is reached as its address says, whatever proxy the shell names.
    ManagedChannel channel = Grpc.newChannelBuilder(flag.get("address"), credentials)
        .proxyDetector(address -> null).build();
    try {
      call(channel, flag);
    } catch (StatusRuntimeException failed) {
      System.err.println("error 错误: " + errorWords(failed));
      System.exit(1);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void call(ManagedChannel channel, Map<String, String> flag) throws Exception {
    var shown = Presentation.parseFrom(Files.readAllBytes(Path.of(flag.get("presentation"))));
    var request = RecognizeRequest.newBuilder().setRequestId(UUID.randomUUID().toString())
        .setUsingJurisdiction(flag.get("using")).setIssuingJurisdiction(flag.get("issuing"))
        .setTypeCode(flag.get("type")).setScenario(flag.get("scenario"))
        .setDocumentStandard(flag.get("standard")).setPresentation(shown).build();
    var node = RecognitionServiceGrpc.newBlockingStub(channel);
    var answer = node.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).recognize(request);
    System.out.println("outcome 结论: " + answer.getOutcome());
    for (StatedReason why : answer.getReasonsList()) {
      System.out.println(String.join(" ", "  reason 理由:", why.getReason(), why.getMessage(),
          why.getMessageZh(), String.join(" ", why.getElementIdsList())));
    }
    System.out.println("  " + answer.getTranslated().getDocument().toStringUtf8());
    var again = node.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).recognize(request);
    if (!again.getReceipt().equals(answer.getReceipt())) throw new Exception("another receipt");
    System.out.println("repeated 重复调用: the same receipt 回执相同");
    Files.write(Path.of(flag.get("receipt-out")), answer.getReceipt().toByteArray());
    int code = new ProcessBuilder("mrgctl", "receipt", "verify", "--receipt",
        flag.get("receipt-out"), "--log-keys", flag.get("log-keys")).inheritIO().start().waitFor();
    if (code != 0) throw new Exception("the receipt does not hold");
    if (!flag.containsKey("dispute")) return;
    var disputes = DisputeServiceGrpc.newBlockingStub(channel);
    Dispute filed = disputes.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).fileDispute(
        FileDisputeRequest.newBuilder().setRequestId(UUID.randomUUID().toString())
            .setKind(DisputeKind.DISPUTE_KIND_FACE_INFORMATION_ERROR)
            .setReceipt(answer.getReceipt().toByteString())
            .setDocument(shown.getDetached().getDocument())
            .setDescription(flag.get("dispute")).build()).getDispute();
    Dispute found = disputes.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS).getDispute(
        GetDisputeRequest.newBuilder().setDispute(filed.getName()).build()).getDispute();
    System.out.println("dispute 异议: " + found.getName() + " " + found.getState());
  }

  /** The code, reason, fields and Chinese message of an error; below them what was expected. */
  private static String errorWords(StatusRuntimeException failed) throws Exception {
    var said = new StringBuilder(failed.getStatus().getCode().name());
    for (Any detail : StatusProto.fromThrowable(failed).getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        said.append(" ").append(detail.unpack(ErrorInfo.class).getReason());
      } else if (detail.is(BadRequest.class)) {
        detail.unpack(BadRequest.class).getFieldViolationsList()
            .forEach(one -> said.append(" ").append(one.getField()));
      } else if (detail.is(LocalizedMessage.class)) {
        said.append(" ").append(detail.unpack(LocalizedMessage.class).getMessage());
      }
    }
    return said + "\n  " + failed.getStatus().getDescription();
  }
}
