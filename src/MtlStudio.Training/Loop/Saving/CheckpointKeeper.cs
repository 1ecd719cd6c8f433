using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace MtlStudio.Training.Loop;

/// <summary>Writes a run's checkpoints, keeps those worth keeping, and finds the one to go on from.</summary>
public sealed class CheckpointKeeper(RunFolder folder, CheckpointSpec spec, RunRecorder recorder, ITrainedWeights weights, TrainingState training, MultiTaskStep step, TimeProvider clock) : IDisposable
{
    private readonly CopiedTensors copies = new();
    private readonly List<KeptCheckpoint> kept = []; // by rising step
    private readonly Dictionary<int, IReadOnlyList<string>> announced = [];
    private (KeptCheckpoint Checkpoint, TimeSpan Pause, Task<long> Written)? pending;

    /// <summary>The step of the newest checkpoint, one that is being written included, or −1.</summary>
    public int Newest => pending?.Checkpoint.Step ?? (kept.Count == 0 ? -1 : kept[^1].Step);

    /// <summary>Copies the state after <see cref="LoopState.Step"/> steps and writes it while training goes on; <see cref="Settle"/> makes it count.</summary>
    /// <param name="scores">Of the evaluation at this very step, higher is better; empty where there was none.</param>
    public void Begin(LoopState state, IReadOnlyDictionary<string, double> scores)
    {
        Settle(wait: true);
        var started = clock.GetTimestamp();
        recorder.Log.Sync();
        Directory.CreateDirectory(folder.Checkpoints);
        var place = folder.Checkpoint(state.Step);
        var manifest = new CheckpointManifest
        {
            Seq = recorder.Log.LastSeq, State = state with { SystemRecords = recorder.Probe.Count }, OptimizerSteps = [.. training.Optimizer.Steps],
            Policy = (JsonObject?)step.PolicyState?.DeepClone(), Coefficients = step.Kept.ByTask.Count > 0 ? step.Kept.ByTask : null, Scores = scores, Others = [.. kept],
        };
        var temporary = CheckpointFiles.Begin(place);
        try
        {
            using (copies.Collect(temporary)) WriteTensors(temporary);
        }
        catch
        {
            CheckpointFiles.Abandon(temporary);
            throw;
        }
        pending = (new(state.Step, scores), clock.GetElapsedTime(started), Task.Run(() => Finish(temporary, place, manifest)));
    }

    /// <summary>Says that the checkpoint begun last is written, then removes what is no longer worth keeping. Where writing failed, the fault is thrown here.</summary>
    /// <param name="wait">False: only if it is written by now.</param>
    public void Settle(bool wait)
    {
        if (pending is not var (checkpoint, pause, written) || !(wait || written.IsCompleted)) return;
        pending = null;
        var bytes = written.GetAwaiter().GetResult();
        kept.Add(checkpoint);
        Announce(checkpoint.Step, bytes, pause);
    }

    /// <summary>Settles; a fault is dropped, for another one is ending the run.</summary>
    public void Dispose()
    {
        try
        {
            Settle(wait: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        copies.Dispose();
    }

    /// <summary>Goes back to the newest whole checkpoint; null where there is none. What is damaged or newer is removed, and said.</summary>
    /// <param name="found">Told the checkpoint (null: none) before anything is announced, so that the events rewind first.</param>
    public LoopState? Restore(Action<CheckpointManifest?> found)
    {
        var faults = new List<string>();
        foreach (var (at, path) in CheckpointFiles.List(folder))
        {
            if (CheckpointFiles.Read(path, out var fault) is { } manifest)
            {
                ReadTensors(path, manifest);
                kept.AddRange(manifest.Others);
                kept.Add(new(at, manifest.Scores));
                found(manifest);
                faults.ForEach(message => recorder.Say("warning", message));
                Announce(at, manifest.Files.Sum(file => file.Bytes), TimeSpan.Zero);
                return manifest.State;
            }
            faults.Add($"Checkpoint {Path.GetFileName(path)} is damaged and left out: {fault}. The run goes back to the one before");
            CheckpointFiles.Remove(path);
        }
        found(null);
        faults.ForEach(message => recorder.Say("warning", message));
        return null;
    }

    /// <summary>Gives the newest checkpoint the scores of an evaluation that was cut short when it was written.</summary>
    public void Score(LoopState state, IReadOnlyDictionary<string, double> scores)
    {
        Settle(wait: true);
        var path = folder.Checkpoint(state.Step);
        var manifest = CheckpointFiles.Read(path, out var fault) ?? throw new IOException($"{path} changed while the run went on: {fault}");
        recorder.Log.Sync();
        CheckpointFiles.WriteManifest(path, manifest with { Seq = recorder.Log.LastSeq, State = state with { SystemRecords = recorder.Probe.Count }, Scores = scores });
        kept[^1] = new(state.Step, scores);
        announced.Remove(state.Step);
        Announce(state.Step, manifest.Files.Sum(file => file.Bytes), TimeSpan.Zero);
    }

    /// <summary>Puts the weights of the best checkpoint by unified score in place (of the newest where none has a score); gives its step.</summary>
    public int ReadBest()
    {
        Settle(wait: true);
        var best = Retention.Best(kept, Retention.Unified)?.Step ?? Newest;
        weights.Read(folder.Checkpoint(best));
        return best;
    }

    private void Announce(int newest, long bytes, TimeSpan pause)
    {
        var keeps = Retention.Keeps(kept, spec);
        foreach (var checkpoint in kept.ToList())
        {
            var (at, path) = (checkpoint.Step, folder.Checkpoint(checkpoint.Step));
            var stays = keeps.TryGetValue(at, out var reasons) && Directory.Exists(path);
            if (stays && announced.TryGetValue(at, out var before) && before.SequenceEqual(reasons!)) continue;
            recorder.Log.Append(new CheckpointEvent
            {
                Step = at, Path = Path.GetRelativePath(folder.Root, path), Keeps = reasons ?? [], Removed = !stays,
                Bytes = at == newest ? bytes : stays ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) : 0,
                PauseSeconds = at == newest ? pause.TotalSeconds : 0,
            });
            if (stays)
            {
                announced[at] = reasons!;
                continue;
            }
            CheckpointFiles.Remove(path);
            announced.Remove(at);
            kept.Remove(checkpoint);
        }
        recorder.Log.Flush();
    }

    private long Finish(string temporary, string place, CheckpointManifest manifest)
    {
        try
        {
            copies.Write();
            return CheckpointFiles.Publish(temporary, place, manifest);
        }
        catch
        {
            CheckpointFiles.Abandon(temporary);
            throw;
        }
    }

    private void WriteTensors(string path)
    {
        using (training.Average?.Shown()) weights.Write(path);
        SafetensorsWriter.Write(Path.Combine(path, CheckpointManifest.OptimizerFile), training.Tensors);
    }

    private void ReadTensors(string path, CheckpointManifest manifest)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        weights.Read(path);
        training.Average?.Average.copy_(training.Parameters.Values);
        using var file = SafetensorsFile.Open(Path.Combine(path, CheckpointManifest.OptimizerFile));
        foreach (var (name, value) in training.Tensors) value.copy_(file.Tensor(name));
        manifest.OptimizerSteps.ToArray().CopyTo(training.Optimizer.Steps, 0);
        step.PolicyState = manifest.Policy;
        step.Kept = manifest.Coefficients is { } coefficients ? new(coefficients) : KeptCoefficients.None;
    }
}
