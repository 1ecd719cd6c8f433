using System.CommandLine;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Trainer.Cli;

namespace MtlStudio.Trainer.Commands;

/// <summary><c>mtl catalog</c>: every method and spec field, as forms, validation and docs know them.</summary>
internal static class CatalogCommand
{
    public static Command Create(CommandConsole console)
    {
        var json = SharedOptions.Json();
        var docs = new Option<string>("--docs") { Description = "Write the pages of docs/methods into this folder instead.", HelpName = "DIR" };
        var command = new Command("catalog", "Lists every method with its options, and every field of a spec.") { json, docs };
        command.SetAction(parsed => console.Guard(() =>
        {
            if (parsed.GetValue(docs) is { } folder) WriteDocs(folder);
            else if (parsed.GetValue(json)) console.Json(new { methods = MethodCatalog.All, fields = SpecFields.All });
            else Print(console.Output);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static void WriteDocs(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in MethodPages.All()) AtomicFile.WriteText(Path.Combine(folder, name), text);
    }

    private static void Print(TextWriter output)
    {
        foreach (var kind in MethodCatalog.All.GroupBy(method => method.Kind))
        {
            output.WriteLine($"{kind.Key}");
            foreach (var method in kind)
            {
                output.WriteLine($"  {method.Name,-14} {method.Summary}");
                foreach (var option in method.Parameters) output.WriteLine($"      {option.Name,-16} {option.Range,-20} {option.Help}");
            }
        }
    }
}
