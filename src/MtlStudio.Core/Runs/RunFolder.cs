namespace MtlStudio.Core.Runs;

/// <summary>The files of one run's folder: the whole contract between a trainer and whoever watches it.</summary>
public sealed class RunFolder(string path)
{
    public string Root { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The spec as launched, with its references resolvable from here or by content hash.</summary>
    public string Spec => In("spec.json");
    /// <summary>Every event, one JSON object a line, appended only.</summary>
    public string Events => In("events.jsonl");
    /// <summary>The way in, read at each step: <c>{"command":"run"|"pause"|"stop"}</c>.</summary>
    public string Control => In("control.json");
    /// <summary>Locked exclusively by the trainer for its life (<see cref="RunLock"/>); holds its process id, start time and boot id as JSON.</summary>
    public string Lock => In("lock");
    /// <summary>What the trainer printed, all attempts one after another.</summary>
    public string Log => In("log.txt");
    /// <summary>The exit code of the last attempt as text, written by the wrapper.</summary>
    public string Exit => In("exit");
    public string Checkpoints => In("checkpoints");
    /// <summary>Each training token's loss under the best checkpoint, where the spec asks for them.</summary>
    public string TrainLosses => In("train-losses.safetensors");
    /// <summary>The shares that a finished run of group DRO found (<see cref="FoundShares"/>).</summary>
    public string Shares => In("shares.json");

    public string Checkpoint(int step) => System.IO.Path.Combine(Checkpoints, $"step-{step:D8}");

    private string In(string name) => System.IO.Path.Combine(Root, name);
}

/// <summary>Exit codes of <c>mtl</c>.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int InvalidInput = 2;
    /// <summary>Ended on request (SIGTERM, Ctrl-C, or pause and stop by the control file), with a checkpoint.</summary>
    public const int Stopped = 130;
}
