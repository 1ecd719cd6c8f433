using System.CommandLine;
using System.Globalization;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;
using MtlStudio.Training.Peft.Combining;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl combine</c>: makes one LoRA adapter of several.</summary>
internal static class CombineCommand
{
    public static Command Create(CommandConsole console)
    {
        var adapters = new Option<string[]>("--adapters") { Description = "PEFT folders of LoRA adapters of one model.", HelpName = "DIR", Required = true, AllowMultipleArgumentsPerToken = true };
        var weights = new Option<string>("--weights") { Description = "How much each adapter counts, with commas between; 1 each where it is left out.", HelpName = "W,W" };
        var type = new Option<string>("--type") { Description = $"cat adds the changes of the weights exactly; svd brings that sum to a rank; the others are PEFT's: {string.Join(", ", CombineOptions.Types.Skip(2))}.", DefaultValueFactory = _ => "cat" };
        var density = new Option<double>("--density") { Description = "Of pruning, TIES and DARE: the share of elements that is kept.", DefaultValueFactory = _ => 0.5 };
        var majority = new Option<string>("--majority-sign") { Description = "Of TIES: the sign is elected by \"total\" or \"frequency\".", DefaultValueFactory = _ => "total" };
        var rank = new Option<int?>("--rank") { Description = "Of svd: the rank of the result; the largest of the adapters' where it is left out.", HelpName = "N" };
        var seed = new Option<long>("--seed") { Description = "Of what DARE keeps.", DefaultValueFactory = _ => 1 };
        var output = new Option<string>("--out") { Description = "The folder to write; it must not be there, or be empty.", HelpName = "DIR", Required = true };
        var json = SharedOptions.Json();
        var command = new Command("combine", "Makes one LoRA adapter of several: sums, TIES, DARE and more, without their model.") { adapters, weights, type, density, majority, rank, seed, output, json };
        command.SetAction(parsed => console.Guard(() =>
        {
            var folders = parsed.GetValue(adapters)!;
            var final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(parsed.GetValue(output)!));
            if (File.Exists(final) || (Directory.Exists(final) && Directory.EnumerateFileSystemEntries(final).Any())) throw new InvalidInputException("--out", $"{final} is there already: name a new folder");
            if (Directory.Exists(final)) Directory.Delete(final);
            var temporary = Path.Combine(Path.GetDirectoryName(final)!, $".{Path.GetFileName(final)}.tmp");
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            Directory.CreateDirectory(temporary);
            try
            {
                var made = AdapterCombiner.Write(folders, new()
                {
                    Type = parsed.GetValue(type)!, Weights = WeightsOf(parsed.GetValue(weights), folders.Length), Density = parsed.GetValue(density), MajoritySign = parsed.GetValue(majority)!, Rank = parsed.GetValue(rank), Seed = parsed.GetValue(seed),
                }, temporary);
                AtomicFile.PublishFolder(temporary, final);
                if (parsed.GetValue(json)) console.Json(new { dir = final, modules = made.Modules, rank = made.Rank });
                else console.Output.WriteLine($"{folders.Length} adapters as one of rank {made.Rank} on {made.Modules} modules: {final}");
            }
            finally
            {
                if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
            }
            return ExitCodes.Done;
        }));
        return command;
    }

    private static IReadOnlyList<double> WeightsOf(string? text, int adapters) => text is null ? [.. Enumerable.Repeat(1.0, adapters)]
        : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) ? weight
            : throw new InvalidInputException("--weights", $"\"{part}\" is no number: give one for each adapter, with commas between"))];
}
