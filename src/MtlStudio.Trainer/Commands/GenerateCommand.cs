using System.CommandLine;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.Prompts;
using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;
using MtlStudio.Training.Evaluation;
using MtlStudio.Training.Generation;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl generate</c>: continues a prompt.</summary>
internal static class GenerateCommand
{
    public static Command Create(CommandConsole console)
    {
        var model = Required(SharedOptions.Model());
        var prompt = new Option<string>("--prompt") { Description = "The text to go on from.", HelpName = "TEXT", Required = true };
        var most = new Option<int>("--max-new-tokens") { Description = "Tokens the output may have.", HelpName = "N", DefaultValueFactory = _ => 64 };
        var sample = new Option<bool>("--sample") { Description = "Draw from the distribution instead of taking the likeliest token." };
        var temperature = new Option<double>("--temperature") { Description = "Below 1: surer; above 1: freer.", DefaultValueFactory = _ => 1 };
        var topK = new Option<int>("--top-k") { Description = "Draw among the k likeliest; 0: all." };
        var topP = new Option<double>("--top-p") { Description = "Draw among the likeliest that together reach p.", DefaultValueFactory = _ => 1 };
        var seed = new Option<long>("--seed") { Description = "Of the draws.", DefaultValueFactory = _ => 1 };
        var (adapter, task, quantize, json, device, threads) = (SharedOptions.Adapter(), SharedOptions.Task(), SharedOptions.Quantize(), SharedOptions.Json(), SharedOptions.Device(), SharedOptions.Threads());
        var command = new Command("generate", "Continues a prompt, greedily or by sampling.") { model, prompt, most, adapter, task, quantize, sample, temperature, topK, topP, seed, json, device, threads };
        command.SetAction(parsed => console.Guard(() =>
        {
            using var loaded = LoadedModel.Load(parsed.GetValue(model)!, parsed.GetValue(adapter), ComputeChoice.Apply(parsed.GetValue(device), parsed.GetValue(threads)), parsed.GetValue(quantize)!, parsed.GetValue(task)).WithTask();
            var tokenizer = loaded.Tokenizer();
            var ids = new PromptEncoder(tokenizer).EncodePrompt(parsed.GetValue(prompt)!, int.MaxValue, out _);
            if (ids.Length == 0) throw new InvalidInputException("--prompt", "The prompt has no token, and this tokenizer puts none before a text: give at least one character");
            var made = TextGenerator.Generate(loaded.Model, [ids], new()
            {
                MaxNewTokens = parsed.GetValue(most), EosIds = Answers.EndTokens(loaded.Model, tokenizer), Sample = parsed.GetValue(sample),
                Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP), Seed = parsed.GetValue(seed),
            })[0];
            var both = tokenizer.Decode([.. ids, .. made.Ids], skipSpecialTokens: true);
            var before = tokenizer.Decode(ids, skipSpecialTokens: true);
            var text = both.StartsWith(before, StringComparison.Ordinal) ? both[before.Length..] : tokenizer.Decode([.. made.Ids], skipSpecialTokens: true);
            if (parsed.GetValue(json)) console.Json(new { text, ids = made.Ids, prompt = ids, cut = made.CutByLimit });
            else console.Output.WriteLine(text);
            return ExitCodes.Done;
        }));
        return command;
    }

    internal static Option<string> Required(Option<string> option)
    {
        option.Required = true;
        return option;
    }
}
