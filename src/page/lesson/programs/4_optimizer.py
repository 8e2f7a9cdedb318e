optimizer = torch.optim.SGD(
    model.parameters(), lr=0.001, momentum=0.9)

optimizer.zero_grad()
loss = loss_fn(model(inputs), labels)
loss.backward()
optimizer.step()

weight = model.conv1.weight
print(weight.grad[0, 0, 2, 2])
print(optimizer.state[weight]["momentum_buffer"][0, 0, 2, 2])
print(weight[0, 0, 2, 2])
