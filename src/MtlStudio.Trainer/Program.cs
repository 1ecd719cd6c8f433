using MtlStudio.Trainer.Cli;

return CommandLine.Run(args, Console.Out, Console.Error);
