using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Supervision;

/// <summary>Where the trainer is, and how it is called for an attempt.</summary>
public sealed class TrainerProgram(SupervisionOptions options, DataFolder data, PluginFolder? plugins = null)
{
    /// <summary>What the studio's own process was given and a trainer must not inherit: settings (which may hold secrets) and tools that hook into a .NET program.</summary>
    private static readonly string[] Withheld = ["Studio__", "ConnectionStrings__", "ASPNETCORE_", "Kestrel__", "DOTNET_STARTUP_HOOKS", "DOTNET_MODIFIABLE_ASSEMBLIES", "DOTNET_WATCH", "MSBUILD"];

    /// <summary>The program's full path; it may be absent.</summary>
    public string Path { get; } = options.Trainer.Length > 0 ? System.IO.Path.GetFullPath(options.Trainer) : Beside();

    /// <summary>An attempt of <paramref name="run"/>: a resume where it has begun already, else a first start.</summary>
    /// <exception cref="TrainerStartException">The trainer is not where it should be.</exception>
    public TrainerLaunch LaunchFor(RunFolder run, TrainingDevice device)
    {
        var begun = File.Exists(run.Events) && new FileInfo(run.Events).Length > 0;
        string[] call = begun ? ["resume", "--dir", run.Root] : ["run", "--spec", run.Spec, "--dir", run.Root, "--data", data.Root];
        // Without the option a resume would look for the GPU of the attempt before.
        return Launch(device.Kind == "cpu" ? call : [.. call, "--device", device.Name], device) with { Nice = options.TrainerNice };
    }

    /// <summary>A call for a small piece of work on one CPU thread, so that it takes little from the runs that train.</summary>
    /// <exception cref="TrainerStartException">The trainer is not where it should be.</exception>
    public TrainerLaunch CallFor(params string[] arguments) => Launch(arguments, new TrainingDevice("cpu:0", 1));

    /// <summary>A call that computes on a device as a run of its slot would; nothing is leased.</summary>
    /// <exception cref="TrainerStartException">The trainer is not where it should be.</exception>
    public TrainerLaunch CallOn(TrainingDevice device, params string[] arguments) => Launch(arguments, device);

    private TrainerLaunch Launch(string[] arguments, TrainingDevice device)
    {
        if (!File.Exists(Path))
            throw new TrainerStartException($"The trainer is not at {Path}: build the whole solution, or name it with --Studio:Supervision:Trainer=PATH");
        return Path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new TrainerLaunch("dotnet", [Path, .. arguments], EnvironmentFor(device))
            : new TrainerLaunch(Path, arguments, EnvironmentFor(device));
    }

    private Dictionary<string, string?> EnvironmentFor(TrainingDevice device)
    {
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => Withheld.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(name => name, _ => (string?)null);
        // A CPU slot's number is the studio's own; to the trainer there is one CPU.
        environment["MTL_DEVICE"] = device.Kind == "cpu" ? "cpu" : device.Name;
        environment["MTL_THREADS"] = environment["OMP_NUM_THREADS"] = device.Threads.ToString();
        environment[PolicyPlugins.Variable] = plugins?.Path ?? data.Plugins;
        return environment;
    }

    private static string Beside()
    {
        var folder = System.IO.Path.Combine(AppContext.BaseDirectory, "trainer");
        var program = System.IO.Path.Combine(folder, OperatingSystem.IsWindows() ? "mtl.exe" : "mtl");
        return File.Exists(program) ? program : System.IO.Path.Combine(folder, "mtl.dll");
    }
}
