using System.CommandLine;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Models;
using static TorchSharp.torch;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl logits</c>: <c>{"ids":[[…]]}</c> → <c>{"logits":[[[…]]]}</c>; rows may differ in length.</summary>
internal static class LogitsCommand
{
    private sealed record Input(IReadOnlyList<IReadOnlyList<long>> Ids);

    public static Command Create(CommandConsole console)
    {
        var model = GenerateCommand.Required(SharedOptions.Model());
        var input = new Option<string>("--input") { Description = "{\"ids\":[[…]]}: a file, or - for standard input.", HelpName = "FILE|-", Required = true };
        var (adapter, task, quantize, device, threads, json) = (SharedOptions.Adapter(), SharedOptions.Task(), SharedOptions.Quantize(), SharedOptions.Device(), SharedOptions.Threads(), SharedOptions.Json());
        json.Description = "The output is always JSON.";
        var command = new Command("logits", "Writes the logits of every position as JSON; a prompt adapter's virtual tokens come first, as PEFT gives them.") { model, input, adapter, task, quantize, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            var rows = Read(parsed.GetValue(input)!);
            using var loaded = LoadedModel.Load(parsed.GetValue(model)!, parsed.GetValue(adapter), ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads)), parsed.GetValue(quantize)!, parsed.GetValue(task)).WithTask();
            Check(rows, loaded.Model.Config.VocabSize);
            using var quiet = no_grad();
            console.Output.Write("{\"logits\":[");
            for (var i = 0; i < rows.Count; i++) Write(console.Output, loaded.Model, rows[i], i > 0);
            console.Output.WriteLine("]}");
            return ExitCodes.Done;
        }));
        return command;
    }

    private static IReadOnlyList<IReadOnlyList<long>> Read(string path)
    {
        try
        {
            var text = path == "-" ? Console.In.ReadToEnd() : File.ReadAllText(path);
            return JsonSerializer.Deserialize<Input>(text, WireJson.Compact)?.Ids ?? throw new InvalidInputException("ids", "There are no ids: give {\"ids\":[[1,2,3]]}");
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException("--input", $"It is not {{\"ids\":[[…]]}} with whole numbers: {exception.Message}");
        }
        catch (IOException exception)
        {
            throw new InvalidInputException("--input", $"{path} cannot be read: {exception.Message}");
        }
    }

    private static void Check(IReadOnlyList<IReadOnlyList<long>> rows, int vocabulary)
    {
        var errors = new List<FieldError>();
        for (var i = 0; i < rows.Count; i++)
            if (rows[i] is not { Count: > 0 }) errors.Add(new($"ids[{i}]", "The row is empty: give at least one token"));
            else if (rows[i].Any(id => id < 0 || id >= vocabulary))
                errors.Add(new($"ids[{i}]", $"Token ids are 0 to {vocabulary - 1} (you gave {rows[i].First(id => id < 0 || id >= vocabulary)})"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
    }

    private static void Write(TextWriter output, CausalLm model, IReadOnlyList<long> row, bool comma)
    {
        using var scope = NewDisposeScope();
        var hidden = model.Hidden(tensor(row.ToArray(), int64, model.Device).view(1, -1), AttentionLayout.Causal(1, row.Count), keepVirtual: true);
        var logits = model.Logits(hidden).to(float32).cpu()[0]; // (virtual tokens and row, vocabulary)
        output.Write(comma ? ",[" : "[");
        for (var t = 0; t < logits.shape[0]; t++)
        {
            output.Write(t > 0 ? ",[" : "[");
            output.Write(string.Join(',', logits[t].data<float>().ToArray().Select(value => float.IsFinite(value) ? value.ToString("R") : $"\"{value}\"")));
            output.Write(']');
        }
        output.Write(']');
    }
}
