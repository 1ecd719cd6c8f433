using MtlStudio.Trainer.Cli;
using MtlStudio.Trainer.Runs;

NativeSettings.Apply();
return CommandLine.Run(args, Console.Out, Console.Error);
