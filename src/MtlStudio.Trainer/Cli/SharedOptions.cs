using System.CommandLine;
using MtlStudio.Training.Quantization;

namespace MtlStudio.Trainer.Cli;

/// <summary>Options that several commands take.</summary>
internal static class SharedOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Write the result as JSON." };

    public static Option<string> Data() => new("--data") { Description = "The data folder in which \"sha256:…\" references are found.", HelpName = "DIR" };

    public static Option<string> Model() => new("--model") { Description = "Model folder in Hugging Face layout.", HelpName = "DIR" };

    public static Option<string> Adapter() => new("--adapter") { Description = "Adapter folder in PEFT's layout, put on the model.", HelpName = "DIR" };

    public static Option<string> Task() => new("--task") { Description = "The task whose own part of the adapter is used, where it has such parts.", HelpName = "NAME" };

    public static Option<string> Quantize()
    {
        var quantize = new Option<string>("--quantize") { Description = "Keep the linear layers' weights in few bits: none, nf4, nf4-double or int8.", HelpName = "WAY", DefaultValueFactory = _ => WeightPacking.None };
        quantize.AcceptOnlyFromAmong([.. WeightPacking.Names]);
        return quantize;
    }

    public static Option<string> Device() => new("--device") { Description = "\"cpu\" or \"cuda:N\"; default: MTL_DEVICE, else cpu.", HelpName = "DEVICE" };

    public static Option<int> Threads() => new("--threads") { Description = "Threads of the CPU; default: MTL_THREADS, else all cores.", HelpName = "N" };
}
