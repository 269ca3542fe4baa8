/// The client of a run that is over: whoever asks it for a transfer has made a mistake, and is told so.
final class NoTransfers: TransferClient {
    func start(_ order: TransferOrder, handler: any TransferHandler) throws(FetchFailure) -> any RunningTransfer {
        throw FetchFailure(kind: .policy, phase: .policy, exitCode: 0, message: "a replay fetches nothing")
    }
}
