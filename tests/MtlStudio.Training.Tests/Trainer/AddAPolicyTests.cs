using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Trainer;

/// <summary>Follows docs/guide/add-a-policy.md word for word, in processes of their own: a program reads its plug-ins once.</summary>
public sealed partial class AddAPolicyTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    [Trait("Category", "Slow")]
    public void Guide_MakesAPolicyThatTrains_WhenItIsFollowed()
    {
        var guide = File.ReadAllText(Path.Combine(Root(), "docs", "guide", "add-a-policy.md"));
        var folder = Directory.CreateDirectory(project["norm-balance"]).FullName;
        foreach (Match file in NamedBlock().Matches(guide)) File.WriteAllText(Path.Combine(folder, file.Groups["name"].Value), file.Groups["text"].Value);
        Assert.Equal(3, Directory.GetFiles(folder).Length);

        // The guide's commands as they stand, but for where the trainer is.
        var script = string.Concat(ShellBlock().Matches(guide).Select(block => block.Groups["text"].Value))
            .Replace("export TRAINER=/opt/mtlstudio/trainer", $"export TRAINER={AppContext.BaseDirectory.TrimEnd('/')}\nmtl() {{ dotnet $TRAINER/mtl.dll \"$@\"; }}");
        var (code, output) = Shell(script);
        Assert.True(code == 0, output);
        Assert.Contains("Divides each task's gradient by a power of its norm.", output);
        var told = ToldAnswer().Match(guide).Groups["text"].Value;
        Assert.Contains(told, output);

        var spec = TinyProject.Spec(steps: 4);
        spec["weighting"] = JsonNode.Parse("{" + SpecLine().Match(guide).Value + "}")!["weighting"]!.DeepClone();
        project.WriteSpec("plugin.json", spec);
        var train = $"export MTL_PLUGINS=$HOME/mtl-plugins\ndotnet {AppContext.BaseDirectory}mtl.dll run --threads 1 --spec {project["plugin.json"]} --dir ";
        var run = Shell(train + project["plugged"]);
        Assert.True(run.Code == 0, run.Output);
        var events = TinyProject.Events(project["plugged"]);
        Assert.Equal(RunOutcomes.Finished, Assert.IsType<EndedEvent>(events[^1]).Outcome);

        // A fault in the plug-in ends the run with its name.
        var code2 = File.ReadAllText(Path.Combine(folder, "NormBalancePolicy.cs")).Replace("Math.Pow(norm, -power) : 0", "input.Step < 2 ? 1 : double.NaN : 0");
        File.WriteAllText(Path.Combine(folder, "NormBalancePolicy.cs"), code2);
        var rebuilt = Shell($"cd {folder}\ndotnet build --nologo -p:Trainer={AppContext.BaseDirectory} -o $HOME/mtl-plugins/norm-balance");
        Assert.True(rebuilt.Code == 0, rebuilt.Output);
        var failed = Shell(train + project["failed"]);
        Assert.Equal(ExitCodes.Failed, failed.Code);
        Assert.Contains("The weighting policy norm-balance failed at step 2: its coefficient of color is NaN, and must be finite", failed.Output);
        Assert.Contains("norm-balance failed at step 2", Assert.IsType<EndedEvent>(TinyProject.Events(project["failed"])[^1]).Message);
    }

    private (int Code, string Output) Shell(string script)
    {
        var file = project["followed.sh"];
        File.WriteAllText(file, script);
        var start = new ProcessStartInfo("bash", ["-e", file]) { WorkingDirectory = project.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = project.Root;
        // A build inside a test must not wait for, or leave behind, servers of the build that runs the tests.
        start.Environment["DOTNET_CLI_HOME"] = project.Root;
        start.Environment["DOTNET_NOLOGO"] = start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MtlStudio.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("MtlStudio.sln is in no folder above the tests");
        return folder;
    }

    [GeneratedRegex(@"^`(?<name>[^`]+)`:\n\n```\w+\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex NamedBlock();

    [GeneratedRegex(@"^```sh\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"It answers `(?<text>[^`]+)`")]
    private static partial Regex ToldAnswer();

    [GeneratedRegex("""^"weighting": .*$""", RegexOptions.Multiline)]
    private static partial Regex SpecLine();
}
