using System.Text.Json.Nodes;

namespace MtlStudio.Training.Loop;

/// <summary>The content of a checkpoint's <c>checkpoint.json</c>: everything of the state that is not a tensor, and what the folder must hold.</summary>
public sealed record CheckpointManifest
{
    public const string FileName = "checkpoint.json";
    public const string OptimizerFile = "optimizer.safetensors";

    public int Version { get; init; } = 1;
    /// <summary>The last event that counts after a resume from here.</summary>
    public long Seq { get; init; }
    public LoopState State { get; init; } = new();
    /// <summary>Steps of each optimizer segment.</summary>
    public IReadOnlyList<long> OptimizerSteps { get; init; } = [];
    public JsonObject? Policy { get; init; }
    /// <summary>Coefficients of the last weighing by task, where steps go by them; null: none.</summary>
    public IReadOnlyDictionary<string, double>? Coefficients { get; init; }
    /// <summary>This checkpoint's scores, higher is better: by task, and "" for the unified score. Empty: not evaluated at this step.</summary>
    public IReadOnlyDictionary<string, double> Scores { get; init; } = new Dictionary<string, double>();
    /// <summary>The other checkpoints kept when this one was written.</summary>
    public IReadOnlyList<KeptCheckpoint> Others { get; init; } = [];
    public IReadOnlyList<CheckpointFile> Files { get; init; } = [];
}

/// <summary>A checkpoint and its scores, as in <see cref="CheckpointManifest.Scores"/>.</summary>
public sealed record KeptCheckpoint(int Step, IReadOnlyDictionary<string, double> Scores);

/// <param name="Name">Relative to the checkpoint's folder.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record CheckpointFile(string Name, long Bytes, string Sha256);
