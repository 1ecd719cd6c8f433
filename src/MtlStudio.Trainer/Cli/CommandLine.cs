using System.CommandLine;
using System.CommandLine.Parsing;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Commands;

namespace MtlStudio.Trainer.Cli;

/// <summary>The program <c>mtl</c>: its commands, and what its exit codes mean.</summary>
public static class CommandLine
{
    /// <summary>Parses and runs; never throws for what a user may cause.</summary>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        var console = new CommandConsole(output, errors);
        var root = new RootCommand("Fine-tunes one language model on many tasks. Exit codes: 0 done, 1 failed, 2 invalid input, 130 stopped.")
        {
            RunCommands.Run(console), RunCommands.Resume(console), ValidateCommand.Create(console), EstimateCommand.Create(console), CatalogCommand.Create(console), DevicesCommand.Create(console), PretrainCommand.Create(console),
            EvalCommand.Create(console), GenerateCommand.Create(console), LogitsCommand.Create(console), InspectCommand.Create(console), ExportCommand.Create(console), CombineCommand.Create(console), WeighCommand.Create(console),
            StudioCommands.Submit(console), StudioCommands.Import(console), StudioCommands.Backup(console),
            LibraryCommands.Datasets(console), LibraryCommands.Tasks(console), LibraryCommands.Mixes(console), LibraryCommands.Models(console),
        };
        var plugins = new Option<string>("--plugins") { Description = "Folder of your own weighting policies; default: MTL_PLUGINS, else none.", HelpName = "DIR", Recursive = true };
        root.Options.Add(plugins);
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) console.Fault(new(FieldOf(error), error.Message));
            return ExitCodes.InvalidInput;
        }
        if ((parsed.GetValue(plugins) ?? Environment.GetEnvironmentVariable(PolicyPlugins.Variable)) is { Length: > 0 } folder)
            foreach (var fault in MethodCatalog.UsePlugins(folder)) errors.WriteLine($"warning: {fault}");
        // Signals are the commands' own: a run ends with a checkpoint.
        return parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static string FieldOf(ParseError error) => error.SymbolResult switch
    {
        OptionResult option => option.Option.Name,
        ArgumentResult argument => argument.Argument.Name,
        _ => "command",
    };
}
