using System.CommandLine;
using System.Runtime.InteropServices;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Pretraining;
using MtlStudio.Trainer.Runs;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl pretrain</c>: a fresh model and its tokenizer from text.</summary>
internal static class PretrainCommand
{
    private static readonly PretrainSpec Defaults = new();

    public static Command Create(CommandConsole console)
    {
        var spec = new Option<string>("--spec") { Description = "All of it as JSON; options given beside it count before it.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "The model's folder, in Hugging Face layout; must be new.", HelpName = "DIR", Required = true };
        var text = new Option<string[]>("--text") { Description = "Text files, one document a line.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true };
        var seed = new Option<long?>("--seed") { Description = "Of weights, order and hold-out." };
        var vocabulary = Number("--vocab", "Entries of the vocabulary", Defaults.Vocabulary);
        var hidden = Number("--hidden", "Width of the model", Defaults.Hidden);
        var layers = Number("--layers", "Decoder layers", Defaults.Layers);
        var heads = Number("--heads", "Attention heads", Defaults.Heads);
        var keyValueHeads = Number("--kv-heads", "Key and value heads; 0: as many as heads", Defaults.KeyValueHeads);
        var intermediate = Number("--intermediate", "Width of the MLP; 0: 8/3 of hidden", Defaults.Intermediate);
        var positions = Number("--positions", "Tokens of a row, and positions of the model", Defaults.Positions);
        var steps = Number("--steps", "Optimizer steps", Defaults.Steps);
        var batch = Number("--batch", "Rows in a step", Defaults.Batch);
        var warmup = Number("--warmup", "Steps of warm-up", Defaults.WarmupSteps);
        var validation = Number("--validation", "Documents held out", Defaults.Validation);
        var lr = new Option<double?>("--lr") { Description = $"Highest learning rate (default {Defaults.Lr})." };
        var decay = new Option<double?>("--weight-decay") { Description = $"Weight decay (default {Defaults.WeightDecay})." };
        var (json, device, threads) = (SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("pretrain", "Trains a fresh model and its tokenizer on text.")
        {
            output, spec, text, seed, vocabulary, hidden, layers, heads, keyValueHeads, intermediate, positions, steps, batch, warmup, validation, lr, decay, json, device, threads,
        };
        command.SetAction(parsed => console.Guard(() =>
        {
            var file = parsed.GetValue(spec);
            var given = file is null ? Defaults : PretrainSpec.Read(file);
            var folder = file is null ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(file))!;
            var whole = given with
            {
                Text = parsed.GetValue(text) is { Length: > 0 } files ? [.. files.Select(path => Path.GetRelativePath(folder, Path.GetFullPath(path)))] : given.Text,
                Seed = parsed.GetValue(seed) ?? given.Seed,
                Vocabulary = parsed.GetValue(vocabulary) ?? given.Vocabulary,
                Hidden = parsed.GetValue(hidden) ?? given.Hidden,
                Layers = parsed.GetValue(layers) ?? given.Layers,
                Heads = parsed.GetValue(heads) ?? given.Heads,
                KeyValueHeads = parsed.GetValue(keyValueHeads) ?? given.KeyValueHeads,
                Intermediate = parsed.GetValue(intermediate) ?? given.Intermediate,
                Positions = parsed.GetValue(positions) ?? given.Positions,
                Steps = parsed.GetValue(steps) ?? given.Steps,
                Batch = parsed.GetValue(batch) ?? given.Batch,
                WarmupSteps = parsed.GetValue(warmup) ?? Math.Min(given.WarmupSteps, parsed.GetValue(steps) ?? given.Steps),
                Validation = parsed.GetValue(validation) ?? given.Validation,
                Lr = parsed.GetValue(lr) ?? given.Lr,
                WeightDecay = parsed.GetValue(decay) ?? given.WeightDecay,
            };
            using var stop = new CancellationTokenSource();
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; stop.Cancel(); });
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; stop.Cancel(); });
            var progress = new ProgressLine(console.Errors, "step", whole.Steps);
            var report = Pretrainer.Train(whole, folder, parsed.GetValue(output)!, ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads)),
                (step, loss) => progress.Report(step, $"loss {loss:0.000}"), stop.Token);
            if (parsed.GetValue(json)) console.Json(report);
            else console.Output.WriteLine($"{report.Parameters:#,0} parameters, {report.TrainedTokens:#,0} tokens, loss {report.TrainLoss:0.0000}"
                + (report.ValidationLoss is { } loss ? $", validation loss {loss:0.0000} (perplexity {report.ValidationPerplexity:0.00})" : ""));
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Option<int?> Number(string name, string help, int value) => new(name) { Description = $"{help} (default {value}).", HelpName = "N" };
}
