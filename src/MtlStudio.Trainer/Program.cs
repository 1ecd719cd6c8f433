using MtlStudio.Trainer.Cli;
using MtlStudio.Training.Loop;

NativeSettings.Apply();
return CommandLine.Run(args, Console.Out, Console.Error);
