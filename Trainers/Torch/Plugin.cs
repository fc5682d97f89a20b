using MLPipes.Pipelines;

[assembly: MLPipesPlugin]
